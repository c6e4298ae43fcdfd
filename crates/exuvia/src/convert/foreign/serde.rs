//! `serde` for `Py<T>`: what is written and read is the Rust value in the object.

use serde::de::{Deserialize, Deserializer, Error as _};
use serde::ser::{Error as _, Serialize, Serializer};

use crate::instance::Py;
use crate::marker::Python;
use crate::{PyClass, PyClassInitializer};

impl<T> Serialize for Py<T>
where
    T: PyClass + Serialize,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Python::attach(|py| {
            self.try_borrow(py)
                .map_err(S::Error::custom)?
                .serialize(serializer)
        })
    }
}

impl<'de, T> Deserialize<'de> for Py<T>
where
    T: PyClass + Deserialize<'de> + Into<PyClassInitializer<T>>,
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = T::deserialize(deserializer)?;
        Python::attach(|py| Py::new(py, value).map_err(D::Error::custom))
    }
}
