/*!
Rust that Python imports: PyO3's API, with the call cost of hand-written C.

The crate binds Rust and CPython, and knows nothing else: it never packs, never translates, never reads files. Raw
declarations come from [`pyo3_ffi`] (re-exported as [`ffi`]).

How a call travels. Python calls a C shim of a few instructions that the macros emit for each function; the shim jumps
into one of the shared trampolines in [`call`], which catch panics, check the arguments against the
function's signature and call its *implementation*, a plain Rust function that converts the arguments (`convert`), calls
the user's code, and converts the result. An error is a [`PyErr`], raised at that edge; a panic becomes a
[`panic::PanicException`] in the trampoline and never crosses C.

A build for speed (`opt-level` 2 or 3) takes trampoline and conversions into the shim where they are inlined away; any other
build shares them among all functions, and converts the arguments and results of functions of numbers by lists of their types, so that little
is left to compile in each (`call::scalars`).

Where things are: `marker` (the [`Python`] token, attach and detach), `instance` ([`Bound`], [`Borrowed`], [`Py`]),
`types` (one file for each Python type), `convert` (one for each family of Rust types), `call` (conventions,
argument binding, panics), `class` (description → type object, cells and borrows, inheritance), `coroutine` (what `async fn`
becomes), `buffer` (the memory of objects, in place), `pybacked` (text and bytes that borrow from their object), `sync` (locks
that do not keep the interpreter), `interpreter` (starting one), `err`, `access` (the inside of
Python's objects, where it lies or by the limited API), `attachment` (whether a thread may look at them).
*/

#[cfg(all(Py_LIMITED_API, not(Py_3_10)))]
compile_error!(
    "exuvia needs the limited API of Python 3.10 or later: ask for `abi3-py310`, not for an older one"
);
#[cfg(all(Py_LIMITED_API, Py_GIL_DISABLED))]
compile_error!(
    "exuvia does not support the limited API of free-threaded Python (`abi3t`): build for one version, without it"
);
#[cfg(PyPy)]
compile_error!(
    "exuvia supports CPython only; for PyPy, build a C library and load it through cffi"
);

// The macros name the crate by this path inside the crate itself as well.
extern crate self as exuvia;

pub use pyo3_ffi as ffi;

mod access;
mod attachment;
#[cfg(any(not(Py_LIMITED_API), Py_3_11))]
pub mod buffer;
#[doc(hidden)]
pub mod call;
pub mod class;
mod convert;
#[cfg(feature = "experimental-async")]
pub mod coroutine;
mod err;
pub mod exceptions;
mod instance;
mod interpreter;
mod macros;
pub mod marker;
#[cfg(not(Py_LIMITED_API))]
pub mod marshal;
pub mod panic;
pub mod prelude;
pub mod pybacked;
pub mod sync;
pub mod type_object;
pub mod types;
mod version;

#[doc(hidden)]
pub mod emitted;

pub use crate::call::PyCallArgs;
pub use crate::class::cell::{PyBorrowError, PyBorrowMutError};
pub use crate::class::gc::{PyTraverseError, PyVisit};
pub use crate::class::guard::{PyClassGuard, PyClassGuardMut};
pub use crate::class::initializer::PyClassInitializer;
pub use crate::class::reference::{PyRef, PyRefMut};
pub use crate::class::{CompareOp, PyClass};
pub use crate::convert::{FromPyObject, FromPyObjectOwned, IntoPyObject, IntoPyObjectExt};
pub use crate::err::{CastError, CastIntoError, PyErr, PyErrArguments, PyResult, ToPyErr};
pub use crate::instance::{Borrowed, Bound, BoundObject, Py};
pub use crate::interpreter::with_embedded_python_interpreter;
pub use crate::marker::Python;
pub use crate::type_object::{PyTypeCheck, PyTypeInfo};
pub use crate::types::PyAny;
pub use crate::version::PythonVersionInfo;

/// Class machinery under the paths PyO3 gives it.
pub mod pyclass {
    pub use crate::class::boolean_struct;
    pub use crate::class::gc::{PyTraverseError, PyVisit};
    pub use crate::class::guard::{
        PyClassGuard, PyClassGuardError, PyClassGuardMap, PyClassGuardMapMut, PyClassGuardMut,
        PyClassGuardMutError, PyClassGuardMutSuper,
    };
    pub use crate::class::{CompareOp, PyClass};
}

/// Garbage collection, under the path PyO3 gives it.
pub mod gc {
    pub use crate::class::gc::{PyTraverseError, PyVisit};
}

/// What instances are made from, under the path PyO3 gives it.
pub mod pyclass_init {
    pub use crate::class::initializer::{
        NativeInitializer as PyNativeTypeInitializer, PyClassInitializer,
    };
}

/// The operator of a comparison, under an older path of PyO3's.
pub mod basic {
    pub use crate::class::CompareOp;
}

/// Borrowing the Rust value inside a Python object, under the path PyO3 gives it.
pub mod pycell {
    pub use crate::class::cell::{PyBorrowError, PyBorrowMutError};
    pub use crate::class::reference::{PyRef, PyRefMut, PyRefMutSuper};
}

/// Conversion traits, under the path PyO3 gives them.
pub mod conversion {
    pub use crate::convert::{FromPyObject, FromPyObjectOwned, IntoPyObject, IntoPyObjectExt};
}

#[cfg(feature = "macros")]
pub use exuvia_macros::{
    FromPyObject, IntoPyObject, IntoPyObjectRef, pyclass, pyfunction, pymethods, pymodule,
};
