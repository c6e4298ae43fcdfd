/*!
The memory of instances of Python's own types, as the beginning of those of classes that extend them.

A build for one version knows how large they are. One for many versions leaves room for what the newest known version has, and some
more; where an interpreter needs more still, the class is refused when its type object is made.
*/

pub(crate) use self::sizes::*;

#[cfg(not(Py_LIMITED_API))]
mod sizes {
    use crate::ffi;

    /// An exception with attributes of its own (`AttributeError`: two; `NameError`: one).
    #[doc(hidden)]
    #[repr(C)]
    pub struct ExceptionWith<const ATTRIBUTES: usize> {
        base: Exception,
        attributes: [*mut ffi::PyObject; ATTRIBUTES],
    }

    pub(crate) type Complex = ffi::PyComplexObject;
    pub(crate) type Dict = ffi::PyDictObject;
    pub(crate) type Float = ffi::PyFloatObject;
    pub(crate) type List = ffi::PyListObject;
    pub(crate) type Set = ffi::PySetObject;
    pub(crate) type Weakref = ffi::PyWeakReference;
    pub(crate) type Date = ffi::PyDateTime_Date;
    pub(crate) type DateTime = ffi::PyDateTime_DateTime;
    pub(crate) type Delta = ffi::PyDateTime_Delta;
    pub(crate) type Time = ffi::PyDateTime_Time;
    pub(crate) type TzInfo = ffi::PyObject;
    pub(crate) type Exception = ffi::PyBaseExceptionObject;
    pub(crate) type AttributeError = ExceptionWith<2>;
    pub(crate) type ImportError = ffi::PyImportErrorObject;
    pub(crate) type NameError = ExceptionWith<1>;
    pub(crate) type OSError = ffi::PyOSErrorObject;
    pub(crate) type StopIteration = ffi::PyStopIterationObject;
    pub(crate) type SyntaxError = ffi::PySyntaxErrorObject;
    pub(crate) type SystemExit = ffi::PySystemExitObject;
    pub(crate) type UnicodeError = ffi::PyUnicodeErrorObject;
}

#[cfg(Py_LIMITED_API)]
mod sizes {
    /// Room for an instance of as many words in Python 3.13, and for four more.
    #[doc(hidden)]
    #[repr(C)]
    pub struct Room<const WORDS: usize> {
        words: [usize; WORDS],
        more: [usize; 4],
    }

    pub(crate) type Complex = Room<4>;
    pub(crate) type Dict = Room<6>;
    pub(crate) type Float = Room<3>;
    pub(crate) type List = Room<5>;
    pub(crate) type Set = Room<25>;
    pub(crate) type Weakref = Room<8>;
    pub(crate) type Date = Room<4>;
    pub(crate) type DateTime = Room<6>;
    pub(crate) type Delta = Room<5>;
    pub(crate) type Time = Room<5>;
    pub(crate) type TzInfo = Room<2>;
    pub(crate) type Exception = Room<9>;
    pub(crate) type AttributeError = Room<11>;
    pub(crate) type ImportError = Room<13>;
    pub(crate) type NameError = Room<10>;
    pub(crate) type OSError = Room<14>;
    pub(crate) type StopIteration = Room<10>;
    pub(crate) type SyntaxError = Room<17>;
    pub(crate) type SystemExit = Room<10>;
    pub(crate) type UnicodeError = Room<14>;
}
