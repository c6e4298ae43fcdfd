//! Addresses of the Internet: `ipaddress.IPv4Address` and `ipaddress.IPv6Address`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::convert::{FromPyObject, IntoPyObject};
use crate::err::PyErr;
use crate::exceptions::PyValueError;
use crate::instance::{Borrowed, Bound, Py};
use crate::marker::Python;
use crate::sync::PyOnceLock;
use crate::types::any::PyAnyMethods;
use crate::types::string::PyStringMethods;
use crate::types::{PyAny, PyType};

/// From an object with the bytes of an address in `packed`, as those of `ipaddress` have; else from its `str`.
impl FromPyObject<'_, '_> for IpAddr {
    type Error = PyErr;
    fn extract(obj: Borrowed<'_, '_, PyAny>) -> Result<Self, Self::Error> {
        let Ok(packed) = obj.getattr(crate::intern!(obj.py(), "packed")) else {
            return Ok(obj.str()?.to_str()?.parse()?);
        };
        if let Ok(octets) = packed.extract::<[u8; 4]>() {
            Ok(IpAddr::from(octets))
        } else if let Ok(octets) = packed.extract::<[u8; 16]>() {
            Ok(IpAddr::from(octets))
        } else {
            Err(PyValueError::new_err("invalid packed length"))
        }
    }
}

impl<'py> IntoPyObject<'py> for Ipv4Addr {
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = PyErr;
    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
        CLASS
            .import(py, "ipaddress", "IPv4Address")?
            .call1((self.to_bits(),))
    }
}

impl<'py> IntoPyObject<'py> for Ipv6Addr {
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = PyErr;
    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
        CLASS
            .import(py, "ipaddress", "IPv6Address")?
            .call1((self.to_bits(),))
    }
}

impl<'py> IntoPyObject<'py> for IpAddr {
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = PyErr;
    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        match self {
            IpAddr::V4(address) => address.into_pyobject(py),
            IpAddr::V6(address) => address.into_pyobject(py),
        }
    }
}

macro_rules! by_copy {
    ($($address:ty)*) => {$(
        impl<'py> IntoPyObject<'py> for &$address {
            type Target = PyAny;
            type Output = Bound<'py, PyAny>;
            type Error = PyErr;
            #[inline]
            fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
                (*self).into_pyobject(py)
            }
        }
    )*};
}
by_copy!(Ipv4Addr Ipv6Addr IpAddr);
