//! Animals, their enclosures, and what can go wrong with them.

mod animals;
mod enclosure;
mod errors;
mod mass;

use pyo3::prelude::*;

/// Animals, their enclosures, and what can go wrong with them.
#[pymodule]
mod zoo {
    #[pymodule_export]
    use crate::animals::{Animal, Bird, Parrot};
    #[pymodule_export]
    use crate::enclosure::{Enclosure, Visit};
    #[pymodule_export]
    use crate::errors::{EnclosureFull, NotHere, ZooError};
    #[pymodule_export]
    use crate::mass::Mass;
}
