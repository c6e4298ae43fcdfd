//! Calling Python from Rust.

use crate::access;
use crate::call::held;
use crate::convert::{IntoPyObject, IntoPyObjectExt};
use crate::err::{PyErr, PyResult};
use crate::ffi;
use crate::instance::{Borrowed, Bound, BoundObject, Py};
use crate::types::{PyAny, PyDict, PyString, PyTuple};

mod sealed {
    /// Keeps the trait to this crate; the lifetime is that of the trait's, for bounds that name it.
    pub trait Sealed<'py> {}
}

/// The positional arguments of a call from Rust: a Rust tuple (passed by vectorcall, without a Python tuple), or a
/// Python tuple.
pub trait PyCallArgs<'py>: Sized + sealed::Sealed<'py> {
    /// `function(*self, **kwargs)`.
    #[doc(hidden)]
    fn call(
        self,
        function: Borrowed<'_, 'py, PyAny>,
        kwargs: Option<Borrowed<'_, 'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>>;

    /// `object.name(*self)`.
    #[doc(hidden)]
    fn call_method(
        self,
        object: Borrowed<'_, 'py, PyAny>,
        name: Borrowed<'_, 'py, PyString>,
    ) -> PyResult<Bound<'py, PyAny>>;
}

type Object = *mut ffi::PyObject;

/// `args[0]` is free for CPython's use; the arguments follow.
fn vectorcall<'py>(
    function: Borrowed<'_, 'py, PyAny>,
    args: &mut [Object],
    kwargs: Option<Borrowed<'_, 'py, PyDict>>,
) -> PyResult<Bound<'py, PyAny>> {
    let kwargs = kwargs.map_or(std::ptr::null_mut(), Borrowed::as_ptr);
    // SAFETY: all objects are alive for the call.
    unsafe {
        let result = access::vectorcall(function.as_ptr(), args, kwargs);
        Bound::from_owned_ptr_or_err(function.py(), result)
    }
}

/// `args[0]` is free, `args[1]` the object, the arguments follow.
fn vectorcall_method<'py>(
    name: Borrowed<'_, 'py, PyString>,
    args: &mut [Object],
) -> PyResult<Bound<'py, PyAny>> {
    // SAFETY: as in `vectorcall`.
    unsafe {
        let result = access::vectorcall_method(name.as_ptr(), args);
        Bound::from_owned_ptr_or_err(name.py(), result)
    }
}

macro_rules! tuple_arguments {
    () => {
        tuple_arguments!(@implement [] (););
    };
    ($(($type:ident $name:ident)),+) => {
        tuple_arguments!(@implement [$($type: IntoPyObject<'py>),+] ($($type,)+); $($name)+);
        tuple_arguments!(
            @implement ['a, $($type),+] &'a ($($type,)+) where [$(&'a $type: IntoPyObject<'py>),+]; $($name)+
        );
    };
    (@implement [$($generics:tt)*] $tuple:ty $(where [$($bounds:tt)*])?; $($name:ident)*) => {
        impl<'py, $($generics)*> sealed::Sealed<'py> for $tuple
        $(where $($bounds)*)? {}

        impl<'py, $($generics)*> PyCallArgs<'py> for $tuple
        $(where $($bounds)*)?
        {
            #[inline]
            fn call(
                self,
                function: Borrowed<'_, 'py, PyAny>,
                kwargs: Option<Borrowed<'_, 'py, PyDict>>,
            ) -> PyResult<Bound<'py, PyAny>> {
                let _py = function.py();
                let ($($name,)*) = self;
                $(let $name = $name.into_pyobject_or_pyerr(_py)?;)*
                vectorcall(function, &mut [std::ptr::null_mut(), $($name.as_ptr()),*], kwargs)
            }

            #[inline]
            fn call_method(
                self,
                object: Borrowed<'_, 'py, PyAny>,
                name: Borrowed<'_, 'py, PyString>,
            ) -> PyResult<Bound<'py, PyAny>> {
                let _py = object.py();
                let ($($name,)*) = self;
                $(let $name = $name.into_pyobject_or_pyerr(_py)?;)*
                vectorcall_method(name, &mut [std::ptr::null_mut(), object.as_ptr(), $($name.as_ptr()),*])
            }
        }
    };
}

tuple_arguments!();
tuple_arguments!((A a));
tuple_arguments!((A a), (B b));
tuple_arguments!((A a), (B b), (C c));
tuple_arguments!((A a), (B b), (C c), (D d));
tuple_arguments!((A a), (B b), (C c), (D d), (E e));
tuple_arguments!((A a), (B b), (C c), (D d), (E e), (F f));
tuple_arguments!((A a), (B b), (C c), (D d), (E e), (F f), (G g));
tuple_arguments!((A a), (B b), (C c), (D d), (E e), (F f), (G g), (H h));
tuple_arguments!((A a), (B b), (C c), (D d), (E e), (F f), (G g), (H h), (I i));
tuple_arguments!((A a), (B b), (C c), (D d), (E e), (F f), (G g), (H h), (I i), (J j));
tuple_arguments!((A a), (B b), (C c), (D d), (E e), (F f), (G g), (H h), (I i), (J j), (K k));
tuple_arguments!((A a), (B b), (C c), (D d), (E e), (F f), (G g), (H h), (I i), (J j), (K k), (L l));

impl<T> sealed::Sealed<'_> for Borrowed<'_, '_, T> {}
impl<T> sealed::Sealed<'_> for Bound<'_, T> {}
impl<T> sealed::Sealed<'_> for &Bound<'_, T> {}
impl<T> sealed::Sealed<'_> for Py<T> {}
impl<T> sealed::Sealed<'_> for &Py<T> {}

impl<'py> PyCallArgs<'py> for Borrowed<'_, 'py, PyTuple> {
    fn call(
        self,
        function: Borrowed<'_, 'py, PyAny>,
        kwargs: Option<Borrowed<'_, 'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let kwargs = kwargs.map_or(std::ptr::null_mut(), Borrowed::as_ptr);
        // SAFETY: all objects are alive.
        unsafe {
            Bound::from_owned_ptr_or_err(
                function.py(),
                held::call(function.as_ptr(), self.as_ptr(), kwargs),
            )
        }
    }

    fn call_method(
        self,
        object: Borrowed<'_, 'py, PyAny>,
        name: Borrowed<'_, 'py, PyString>,
    ) -> PyResult<Bound<'py, PyAny>> {
        // SAFETY: both are alive; the result is a new reference or NULL.
        let method = unsafe {
            Bound::from_owned_ptr_or_err(
                object.py(),
                ffi::PyObject_GetAttr(object.as_ptr(), name.as_ptr()),
            )?
        };
        self.call(method.as_borrowed(), None)
    }
}

macro_rules! python_tuple_arguments {
    ($($type:ty),*) => {$(
        impl<'py> PyCallArgs<'py> for $type {
            fn call(
                self,
                function: Borrowed<'_, 'py, PyAny>,
                kwargs: Option<Borrowed<'_, 'py, PyDict>>,
            ) -> PyResult<Bound<'py, PyAny>> {
                let args = self.into_pyobject(function.py()).map_err(PyErr::from)?;
                BoundObject::as_borrowed(&args).call(function, kwargs)
            }
            fn call_method(
                self,
                object: Borrowed<'_, 'py, PyAny>,
                name: Borrowed<'_, 'py, PyString>,
            ) -> PyResult<Bound<'py, PyAny>> {
                let args = self.into_pyobject(object.py()).map_err(PyErr::from)?;
                BoundObject::as_borrowed(&args).call_method(object, name)
            }
        }
    )*};
}
python_tuple_arguments!(
    Bound<'py, PyTuple>,
    &Bound<'py, PyTuple>,
    Py<PyTuple>,
    &Py<PyTuple>
);
