/*!
What a class can extend: Python's own types of fixed size, and classes that say `subclass`.

An instance of a class that extends another begins with the memory of its base; a base that is Python's is constructed by its own
`tp_new`. A hierarchy has one borrow flag, in the first class that is not frozen: a borrow of an instance as one class is a
borrow as every other.
*/

use crate::class::builder::Class;
use crate::class::cell::{BorrowFlag, ClassObject, Flag, Frozen, NoFlag};
use crate::class::extras::Extras;
use crate::class::initializer::{BaseInitializer, NativeInitializer};
use crate::class::natives;
use crate::ffi;
use crate::marker::Python;
use crate::{PyClass, PyClassInitializer, PyTypeInfo, exceptions, types};

/// A type that `#[pyclass(extends = …)]` can name.
///
/// # Safety
/// Instances of the type begin with a `LayoutAsBase`, and the constants tell the truth about it.
#[diagnostic::on_unimplemented(
    message = "pyclass `{Self}` cannot be subclassed",
    label = "required for `#[pyclass(extends={Self})]`",
    note = "`{Self}` must have `#[pyclass(subclass)]` to be eligible for subclassing",
    note = "of Python's types, those whose instances have a fixed size can be extended: `PyDict`, `PyList`, `PySet`, exceptions, …"
)]
pub unsafe trait PyClassBaseType: PyTypeInfo {
    /// The memory of an instance.
    type LayoutAsBase;
    /// What the part of an instance of a subclass is made from.
    type Initializer: BaseInitializer;
    /// Whether instances have a borrow flag.
    #[doc(hidden)]
    type Borrows: Borrows;
    /// The size of an instance in bytes, which may be more than that of `LayoutAsBase`.
    #[doc(hidden)]
    const SIZE: usize;
    /// Where the borrow flag lies, or zero.
    #[doc(hidden)]
    const FLAG: usize = 0;
    /// Where the mark of the thread lies, or zero.
    #[doc(hidden)]
    const THREAD: usize = 0;
    /// The class, if it is one of Rust's.
    #[doc(hidden)]
    const EXTENDED: Option<&'static Class> = None;
    /// Whether there can be weak references to instances because a class says so.
    #[doc(hidden)]
    const WEAK: bool = false;
    /// The first of Python's types among the bases, and the type itself.
    #[doc(hidden)]
    fn native(py: Python<'_>) -> *mut ffi::PyTypeObject {
        Self::type_object_raw(py)
    }
    /// Writes what memory of zeroes lacks, for all levels.
    #[doc(hidden)]
    unsafe fn prepare(object: *mut ffi::PyObject) {
        let _ = object;
    }
    /// Gives up what Rust has in an instance that dies, from the last level to the first.
    #[doc(hidden)]
    unsafe fn release(py: Python<'_>, object: *mut ffi::PyObject) {
        let _ = (py, object);
    }
}

/// One of Python's own types: an instance of a subclass needs no value for it.
#[diagnostic::on_unimplemented(
    message = "an instance needs a value of its base class `{Self}` too",
    note = "return `PyClassInitializer::from(base).add_subclass(…)`"
)]
pub trait NativeBase: PyClassBaseType<Initializer = NativeInitializer> {}

/// A class that says `subclass`.
///
/// # Safety
/// Its type object can be a base.
pub unsafe trait Subclassable: PyClass {}

/// Whether the instances of a type have a borrow flag.
pub trait Borrows {
    /// The flag that a subclass adds if it is not frozen.
    type FlagBelow: Flag;
    #[doc(hidden)]
    const YES: bool;
}

/// They have one.
pub struct Flagged;

impl Borrows for Flagged {
    type FlagBelow = NoFlag;
    const YES: bool = true;
}

/// They have none.
pub struct Flagless;

impl Borrows for Flagless {
    type FlagBelow = BorrowFlag;
    const YES: bool = false;
}

// SAFETY: instances of the class are `ClassObject`s.
unsafe impl<T: Subclassable> PyClassBaseType for T {
    type LayoutAsBase = ClassObject<T>;
    type Initializer = PyClassInitializer<T>;
    type Borrows =
        <T::Frozen as Frozen>::Borrows<<<T as PyClass>::BaseType as PyClassBaseType>::Borrows>;
    const SIZE: usize = <T as PyClass>::SIZE;
    const FLAG: usize = <T as PyClass>::FLAG;
    const THREAD: usize = <T as PyClass>::THREAD;
    const EXTENDED: Option<&'static Class> = Some(<T as PyClass>::CLASS);
    const WEAK: bool = is_weak::<T>();
    fn native(py: Python<'_>) -> *mut ffi::PyTypeObject {
        <T::BaseType as PyClassBaseType>::native(py)
    }
    unsafe fn prepare(object: *mut ffi::PyObject) {
        // SAFETY: the caller's promise.
        unsafe { prepare::<T>(object) }
    }
    unsafe fn release(py: Python<'_>, object: *mut ffi::PyObject) {
        // SAFETY: the caller's promise.
        unsafe { crate::class::dealloc::release::<T>(py, object) }
    }
}

/// Writes what memory of zeroes lacks, for all levels.
///
/// # Safety
/// `object` is a new instance of `T`.
pub(crate) unsafe fn prepare<T: PyClass>(object: *mut ffi::PyObject) {
    // SAFETY: the caller's promise.
    unsafe {
        <T::BaseType as PyClassBaseType>::prepare(object);
        T::Extras::prepare(
            object
                .byte_add(ClassObject::<T>::EXTRAS)
                .cast::<T::Extras>(),
        );
    }
}

/// What there is to know about a class that extends another or has extras, besides its Rust type.
pub struct Layout {
    /// The type it extends.
    pub(crate) base: fn(Python<'_>) -> *mut ffi::PyTypeObject,
    /// That type's class, if it is one of Rust's.
    pub(crate) extended: Option<&'static Class>,
    /// The most that an instance of it may take.
    pub(crate) base_size: usize,
    /// The first of Python's types among the bases.
    pub(crate) native: fn(Python<'_>) -> *mut ffi::PyTypeObject,
    /// Writes what memory of zeroes lacks.
    pub(crate) prepare: unsafe fn(*mut ffi::PyObject),
    /// Where the class's own dictionary lies, or zero.
    pub(crate) dict: usize,
    /// Where the class's own list of weak references lies, or zero.
    pub(crate) weaklist: usize,
}

impl Layout {
    /// That of the class of `T`.
    pub const fn of<T: PyClass>() -> Self {
        Layout {
            base: <T::BaseType as PyTypeInfo>::type_object_raw,
            extended: <T::BaseType as PyClassBaseType>::EXTENDED,
            base_size: <T::BaseType as PyClassBaseType>::SIZE,
            native: <T::BaseType as PyClassBaseType>::native,
            prepare: prepare::<T>,
            dict: dict_offset::<T>(),
            weaklist: match <T::Extras as Extras<T>>::WEAKLIST {
                Some(offset) => ClassObject::<T>::EXTRAS + offset,
                None => 0,
            },
        }
    }
}

/// Where the class's own dictionary lies, or zero.
pub(crate) const fn dict_offset<T: PyClass>() -> usize {
    match <T::Extras as Extras<T>>::DICT {
        Some(offset) => ClassObject::<T>::EXTRAS + offset,
        None => 0,
    }
}

/// Does the class, or one that it extends, say `weakref`?
pub(crate) const fn is_weak<T: PyClass>() -> bool {
    <T::Extras as Extras<T>>::WEAKLIST.is_some() || <T::BaseType as PyClassBaseType>::WEAK
}

macro_rules! native_base {
    ($($name:path: $layout:ty;)*) => {$(
        // SAFETY: instances of the type begin with such a struct. Should an interpreter have a larger one, the class is refused
        // when its type object is made.
        unsafe impl PyClassBaseType for $name {
            type LayoutAsBase = $layout;
            type Initializer = NativeInitializer;
            type Borrows = Flagless;
            const SIZE: usize = size_of::<$layout>();
        }
        impl NativeBase for $name {}
    )*};
}

native_base! {
    types::PyAny: ffi::PyObject;
    types::PyComplex: natives::Complex;
    types::PyDict: natives::Dict;
    types::PyFloat: natives::Float;
    types::PyFrozenSet: natives::Set;
    types::PyList: natives::List;
    types::PySet: natives::Set;
    types::PyWeakrefReference: natives::Weakref;

    types::PyDate: natives::Date;
    types::PyDateTime: natives::DateTime;
    types::PyDelta: natives::Delta;
    types::PyTime: natives::Time;
    types::PyTzInfo: natives::TzInfo;

    exceptions::PyAttributeError: natives::AttributeError;
    exceptions::PyNameError: natives::NameError;
    exceptions::PyUnboundLocalError: natives::NameError;
    exceptions::PyImportError: natives::ImportError;
    exceptions::PyModuleNotFoundError: natives::ImportError;
    exceptions::PyStopIteration: natives::StopIteration;
    exceptions::PySyntaxError: natives::SyntaxError;
    exceptions::PyTabError: natives::SyntaxError;
    exceptions::PySystemExit: natives::SystemExit;
    exceptions::PyUnicodeDecodeError: natives::UnicodeError;
    exceptions::PyUnicodeEncodeError: natives::UnicodeError;
    exceptions::PyUnicodeTranslateError: natives::UnicodeError;
    exceptions::PyOSError: natives::OSError;
    exceptions::PyBlockingIOError: natives::OSError;
    exceptions::PyBrokenPipeError: natives::OSError;
    exceptions::PyChildProcessError: natives::OSError;
    exceptions::PyConnectionAbortedError: natives::OSError;
    exceptions::PyConnectionError: natives::OSError;
    exceptions::PyConnectionRefusedError: natives::OSError;
    exceptions::PyConnectionResetError: natives::OSError;
    exceptions::PyFileExistsError: natives::OSError;
    exceptions::PyFileNotFoundError: natives::OSError;
    exceptions::PyInterruptedError: natives::OSError;
    exceptions::PyIsADirectoryError: natives::OSError;
    exceptions::PyNotADirectoryError: natives::OSError;
    exceptions::PyPermissionError: natives::OSError;
    exceptions::PyProcessLookupError: natives::OSError;
    exceptions::PyTimeoutError: natives::OSError;

    exceptions::PyArithmeticError: natives::Exception;
    exceptions::PyAssertionError: natives::Exception;
    exceptions::PyBaseException: natives::Exception;
    exceptions::PyBufferError: natives::Exception;
    exceptions::PyBytesWarning: natives::Exception;
    exceptions::PyDeprecationWarning: natives::Exception;
    exceptions::PyEncodingWarning: natives::Exception;
    exceptions::PyEOFError: natives::Exception;
    exceptions::PyException: natives::Exception;
    exceptions::PyFloatingPointError: natives::Exception;
    exceptions::PyFutureWarning: natives::Exception;
    exceptions::PyGeneratorExit: natives::Exception;
    exceptions::PyImportWarning: natives::Exception;
    exceptions::PyIndexError: natives::Exception;
    exceptions::PyKeyError: natives::Exception;
    exceptions::PyKeyboardInterrupt: natives::Exception;
    exceptions::PyLookupError: natives::Exception;
    exceptions::PyMemoryError: natives::Exception;
    exceptions::PyNotImplementedError: natives::Exception;
    exceptions::PyOverflowError: natives::Exception;
    exceptions::PyPendingDeprecationWarning: natives::Exception;
    exceptions::PyRecursionError: natives::Exception;
    exceptions::PyReferenceError: natives::Exception;
    exceptions::PyResourceWarning: natives::Exception;
    exceptions::PyRuntimeError: natives::Exception;
    exceptions::PyRuntimeWarning: natives::Exception;
    exceptions::PyStopAsyncIteration: natives::Exception;
    exceptions::PySyntaxWarning: natives::Exception;
    exceptions::PySystemError: natives::Exception;
    exceptions::PyTypeError: natives::Exception;
    exceptions::PyUnicodeError: natives::Exception;
    exceptions::PyUnicodeWarning: natives::Exception;
    exceptions::PyUserWarning: natives::Exception;
    exceptions::PyValueError: natives::Exception;
    exceptions::PyWarning: natives::Exception;
    exceptions::PyZeroDivisionError: natives::Exception;
}
