//! Every Python object: `object`, and what can be done with all its instances.

use std::cell::UnsafeCell;
use std::cmp::Ordering;
use std::ffi::c_int;

use crate::call::{PyCallArgs, held};
use crate::class::{CompareOp, attributes};
use crate::convert::{FromPyObject, IntoPyObject, IntoPyObjectExt};
use crate::err::{PyErr, PyResult, error_on_minus_one};
use crate::exceptions::PyTypeError;
use crate::ffi;
use crate::instance::{Borrowed, Bound, BoundObject, Py};
use crate::marker::Python;
use crate::type_object::{PyTypeCheck, PyTypeInfo};
use crate::types::{PyDict, PyIterator, PyList, PyString, PySuper, PyType};

/// Any Python object.
///
/// There are no values of this type in Rust, only references: `Bound<'py, PyAny>`, `Py<PyAny>`. Their methods are in
/// [`PyAnyMethods`].
#[repr(transparent)]
pub struct PyAny(UnsafeCell<ffi::PyObject>);

// SAFETY: every object is an instance of `object`.
unsafe impl PyTypeInfo for PyAny {
    const NAME: &'static str = "object";
    const MODULE: Option<&'static str> = Some("builtins");
    #[inline]
    fn type_object_raw(_: Python<'_>) -> *mut ffi::PyTypeObject {
        &raw mut ffi::PyBaseObject_Type
    }
    #[inline]
    fn is_type_of(_: &Bound<'_, PyAny>) -> bool {
        true
    }
}

macro_rules! declare_comparison {
    ($($(#[$attribute:meta])* $name:ident)*) => {$(
        $(#[$attribute])*
        ///
        /// # Errors
        /// What the comparison, or the truth test of its result, raises.
        fn $name<O>(&self, other: O) -> PyResult<bool>
        where
            O: IntoPyObject<'py>;
    )*};
}

macro_rules! declare_binary {
    ($($(#[$attribute:meta])* $name:ident)*) => {$(
        $(#[$attribute])*
        ///
        /// # Errors
        /// What the operator raises.
        fn $name<O>(&self, other: O) -> PyResult<Bound<'py, PyAny>>
        where
            O: IntoPyObject<'py>;
    )*};
}

macro_rules! declare_unary {
    ($($(#[$attribute:meta])* $name:ident)*) => {$(
        $(#[$attribute])*
        ///
        /// # Errors
        /// What the operator raises.
        fn $name(&self) -> PyResult<Bound<'py, PyAny>>;
    )*};
}

/// What can be done with any Python object.
pub trait PyAnyMethods<'py>: super::sealed::Sealed {
    /// Is it the same object? Python's `self is other`.
    fn is<T: AsRef<Py<PyAny>>>(&self, other: T) -> bool;

    /// Python's `hasattr(self, attr_name)`.
    ///
    /// # Errors
    /// What the attribute access raises, `AttributeError` excepted.
    fn hasattr<N>(&self, attr_name: N) -> PyResult<bool>
    where
        N: IntoPyObject<'py, Target = PyString>;

    /// Python's `self.attr_name`. A name that is used often is best written `intern!(py, "name")`.
    ///
    /// # Errors
    /// What the attribute access raises.
    fn getattr<N>(&self, attr_name: N) -> PyResult<Bound<'py, PyAny>>
    where
        N: IntoPyObject<'py, Target = PyString>;

    /// The attribute, or `None` where there is none: `getattr` without the cost of an `AttributeError`.
    ///
    /// # Errors
    /// What the attribute access raises, `AttributeError` excepted.
    fn getattr_opt<N>(&self, attr_name: N) -> PyResult<Option<Bound<'py, PyAny>>>
    where
        N: IntoPyObject<'py, Target = PyString>;

    /// Python's `self.attr_name = value`.
    ///
    /// # Errors
    /// What the assignment raises.
    fn setattr<N, V>(&self, attr_name: N, value: V) -> PyResult<()>
    where
        N: IntoPyObject<'py, Target = PyString>,
        V: IntoPyObject<'py>;

    /// Python's `del self.attr_name`.
    ///
    /// # Errors
    /// What the deletion raises.
    fn delattr<N>(&self, attr_name: N) -> PyResult<()>
    where
        N: IntoPyObject<'py, Target = PyString>;

    /// Which is greater? Asks Python for `==`, `<` and `>`, in this order.
    ///
    /// # Errors
    /// What a comparison raises; a `TypeError` when all three are false, as with NaN.
    fn compare<O>(&self, other: O) -> PyResult<Ordering>
    where
        O: IntoPyObject<'py>;

    /// One comparison, with the result as it is: NumPy arrays, for example, give arrays.
    ///
    /// # Errors
    /// What the comparison raises.
    fn rich_compare<O>(&self, other: O, compare_op: CompareOp) -> PyResult<Bound<'py, PyAny>>
    where
        O: IntoPyObject<'py>;

    declare_unary! {
        /// Python's `-self`.
        neg
        /// Python's `+self`.
        pos
        /// Python's `abs(self)`.
        abs
        /// Python's `~self`.
        bitnot
    }

    declare_comparison! {
        /// Python's `self < other`, as a truth value.
        lt
        /// Python's `self <= other`, as a truth value.
        le
        /// Python's `self == other`, as a truth value.
        eq
        /// Python's `self != other`, as a truth value.
        ne
        /// Python's `self > other`, as a truth value.
        gt
        /// Python's `self >= other`, as a truth value.
        ge
    }

    declare_binary! {
        /// Python's `self + other`.
        add
        /// Python's `self - other`.
        sub
        /// Python's `self * other`.
        mul
        /// Python's `self @ other`.
        matmul
        /// Python's `self / other`.
        div
        /// Python's `self // other`.
        floor_div
        /// Python's `self % other`.
        rem
        /// Python's `divmod(self, other)`.
        divmod
        /// Python's `self << other`.
        lshift
        /// Python's `self >> other`.
        rshift
        /// Python's `self & other`.
        bitand
        /// Python's `self | other`.
        bitor
        /// Python's `self ^ other`.
        bitxor
    }

    /// Python's `pow(self, other, modulus)`; `py.None()` for no modulus.
    ///
    /// # Errors
    /// What the operator raises.
    fn pow<O1, O2>(&self, other: O1, modulus: O2) -> PyResult<Bound<'py, PyAny>>
    where
        O1: IntoPyObject<'py>,
        O2: IntoPyObject<'py>;

    /// Python's `callable(self)`.
    fn is_callable(&self) -> bool;

    /// Python's `self(*args, **kwargs)`.
    ///
    /// # Errors
    /// What the call raises.
    fn call<A>(&self, args: A, kwargs: Option<&Bound<'py, PyDict>>) -> PyResult<Bound<'py, PyAny>>
    where
        A: PyCallArgs<'py>;

    /// Python's `self()`.
    ///
    /// # Errors
    /// What the call raises.
    fn call0(&self) -> PyResult<Bound<'py, PyAny>>;

    /// Python's `self(*args)`.
    ///
    /// # Errors
    /// What the call raises.
    fn call1<A>(&self, args: A) -> PyResult<Bound<'py, PyAny>>
    where
        A: PyCallArgs<'py>;

    /// Python's `self.name(*args, **kwargs)`.
    ///
    /// # Errors
    /// What the call raises.
    fn call_method<N, A>(
        &self,
        name: N,
        args: A,
        kwargs: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>>
    where
        N: IntoPyObject<'py, Target = PyString>,
        A: PyCallArgs<'py>;

    /// Python's `self.name()`.
    ///
    /// # Errors
    /// What the call raises.
    fn call_method0<N>(&self, name: N) -> PyResult<Bound<'py, PyAny>>
    where
        N: IntoPyObject<'py, Target = PyString>;

    /// Python's `self.name(*args)`.
    ///
    /// # Errors
    /// What the call raises.
    fn call_method1<N, A>(&self, name: N, args: A) -> PyResult<Bound<'py, PyAny>>
    where
        N: IntoPyObject<'py, Target = PyString>,
        A: PyCallArgs<'py>;

    /// Python's `bool(self)`.
    ///
    /// # Errors
    /// What `__bool__` or `__len__` raises.
    fn is_truthy(&self) -> PyResult<bool>;

    /// Is it `None`?
    fn is_none(&self) -> bool;

    /// Python's `len(self) == 0`.
    ///
    /// # Errors
    /// What `__len__` raises; a `TypeError` when there is none.
    fn is_empty(&self) -> PyResult<bool>;

    /// Python's `self[key]`.
    ///
    /// # Errors
    /// What `__getitem__` raises.
    fn get_item<K>(&self, key: K) -> PyResult<Bound<'py, PyAny>>
    where
        K: IntoPyObject<'py>;

    /// Python's `self[key] = value`.
    ///
    /// # Errors
    /// What `__setitem__` raises.
    fn set_item<K, V>(&self, key: K, value: V) -> PyResult<()>
    where
        K: IntoPyObject<'py>,
        V: IntoPyObject<'py>;

    /// Python's `del self[key]`.
    ///
    /// # Errors
    /// What `__delitem__` raises.
    fn del_item<K>(&self, key: K) -> PyResult<()>
    where
        K: IntoPyObject<'py>;

    /// Python's `iter(self)`.
    ///
    /// # Errors
    /// What `__iter__` raises; a `TypeError` when the object cannot be iterated over.
    fn try_iter(&self) -> PyResult<Bound<'py, PyIterator>>;

    /// Python's `type(self)`.
    fn get_type(&self) -> Bound<'py, PyType>;

    /// The pointer to the type object; borrowed.
    fn get_type_ptr(&self) -> *mut ffi::PyTypeObject;

    /// Converts to a Rust value.
    ///
    /// # Errors
    /// Those of the conversion.
    fn extract<'a, T>(&'a self) -> Result<T, T::Error>
    where
        T: FromPyObject<'a, 'py>;

    /// The reference count.
    fn get_refcnt(&self) -> isize;

    /// Python's `repr(self)`.
    ///
    /// # Errors
    /// What `__repr__` raises.
    fn repr(&self) -> PyResult<Bound<'py, PyString>>;

    /// Python's `str(self)`.
    ///
    /// # Errors
    /// What `__str__` raises.
    fn str(&self) -> PyResult<Bound<'py, PyString>>;

    /// Python's `hash(self)`.
    ///
    /// # Errors
    /// What `__hash__` raises; a `TypeError` when the object cannot be hashed.
    fn hash(&self) -> PyResult<isize>;

    /// Python's `len(self)`.
    ///
    /// # Errors
    /// What `__len__` raises; a `TypeError` when there is none.
    fn len(&self) -> PyResult<usize>;

    /// Python's `dir(self)`.
    ///
    /// # Errors
    /// What `__dir__` raises.
    fn dir(&self) -> PyResult<Bound<'py, PyList>>;

    /// Python's `isinstance(self, ty)`.
    ///
    /// # Errors
    /// What `__instancecheck__` raises; a `TypeError` when `ty` is neither a type nor a tuple of types.
    fn is_instance(&self, ty: &Bound<'py, PyAny>) -> PyResult<bool>;

    /// Python's `type(self) is ty`.
    fn is_exact_instance(&self, ty: &Bound<'py, PyAny>) -> bool;

    /// Is it an instance of `T`, subclasses included?
    fn is_instance_of<T: PyTypeCheck>(&self) -> bool;

    /// Is it an instance of `T` itself, not of a subclass?
    fn is_exact_instance_of<T: PyTypeInfo>(&self) -> bool;

    /// Python's `value in self`.
    ///
    /// # Errors
    /// What `__contains__` raises.
    fn contains<V>(&self, value: V) -> PyResult<bool>
    where
        V: IntoPyObject<'py>;

    /// Python's `super(type(self), self)`.
    ///
    /// # Errors
    /// What making the proxy raises.
    fn py_super(&self) -> PyResult<Bound<'py, PySuper>>;
}

fn compare_objects(one: &Bound<'_, PyAny>, other: Borrowed<'_, '_, PyAny>) -> PyResult<Ordering> {
    // `PyObject_RichCompareBool` would call an object equal to itself without asking it.
    for (op, ordering) in [
        (ffi::Py_EQ, Ordering::Equal),
        (ffi::Py_LT, Ordering::Less),
        (ffi::Py_GT, Ordering::Greater),
    ] {
        if compare_truth(one, other, op)? {
            return Ok(ordering);
        }
    }
    Err(PyTypeError::new_err(
        "PyAny::compare(): All comparisons returned false",
    ))
}

fn compare_truth(
    one: &Bound<'_, PyAny>,
    other: Borrowed<'_, '_, PyAny>,
    op: c_int,
) -> PyResult<bool> {
    // SAFETY: both are alive; the result is a new reference or NULL with an exception set.
    unsafe {
        Bound::from_owned_ptr_or_err(
            one.py(),
            ffi::PyObject_RichCompare(one.as_ptr(), other.as_ptr(), op),
        )?
        .is_truthy()
    }
}

/// A C answer of 1, 0 or -1 with an exception set.
#[inline]
pub(crate) fn truth(py: Python<'_>, answer: c_int) -> PyResult<bool> {
    if answer < 0 {
        Err(PyErr::fetch(py))
    } else {
        Ok(answer != 0)
    }
}

macro_rules! define_binary {
    ($($name:ident $function:ident)*) => {$(
        fn $name<O>(&self, other: O) -> PyResult<Bound<'py, PyAny>>
        where
            O: IntoPyObject<'py>,
        {
            let other = other.into_pyobject_or_pyerr(self.py())?;
            // SAFETY: both are alive; the result is a new reference or NULL with an exception set.
            unsafe {
                Bound::from_owned_ptr_or_err(self.py(), ffi::$function(self.as_ptr(), other.as_ptr()))
            }
        }
    )*};
}

macro_rules! define_unary {
    ($($name:ident $function:ident)*) => {$(
        fn $name(&self) -> PyResult<Bound<'py, PyAny>> {
            // SAFETY: the object is alive; the result is a new reference or NULL with an exception set.
            unsafe { Bound::from_owned_ptr_or_err(self.py(), ffi::$function(self.as_ptr())) }
        }
    )*};
}

macro_rules! define_comparison {
    ($($name:ident $op:ident)*) => {$(
        fn $name<O>(&self, other: O) -> PyResult<bool>
        where
            O: IntoPyObject<'py>,
        {
            compare_truth(self, other.into_pyobject_or_pyerr(self.py())?.into_any().as_borrowed(), ffi::$op)
        }
    )*};
}

impl<'py> PyAnyMethods<'py> for Bound<'py, PyAny> {
    #[inline]
    fn is<T: AsRef<Py<PyAny>>>(&self, other: T) -> bool {
        self.as_ptr() == other.as_ref().as_ptr()
    }

    fn hasattr<N>(&self, attr_name: N) -> PyResult<bool>
    where
        N: IntoPyObject<'py, Target = PyString>,
    {
        self.getattr_opt(attr_name)
            .map(|attribute| attribute.is_some())
    }

    fn getattr<N>(&self, attr_name: N) -> PyResult<Bound<'py, PyAny>>
    where
        N: IntoPyObject<'py, Target = PyString>,
    {
        let name = attr_name.into_pyobject_or_pyerr(self.py())?;
        // SAFETY: both are alive; the result is a new reference or NULL with an exception set.
        unsafe {
            Bound::from_owned_ptr_or_err(
                self.py(),
                ffi::PyObject_GetAttr(self.as_ptr(), name.as_ptr()),
            )
        }
    }

    fn getattr_opt<N>(&self, attr_name: N) -> PyResult<Option<Bound<'py, PyAny>>>
    where
        N: IntoPyObject<'py, Target = PyString>,
    {
        let name = attr_name.into_pyobject_or_pyerr(self.py())?;
        let mut found = std::ptr::null_mut();
        // SAFETY: both are alive; `found` receives a new reference, or NULL.
        unsafe {
            let answer =
                ffi::compat::PyObject_GetOptionalAttr(self.as_ptr(), name.as_ptr(), &raw mut found);
            truth(self.py(), answer)?;
            Ok(Bound::from_owned_ptr_or_opt(self.py(), found))
        }
    }

    fn setattr<N, V>(&self, attr_name: N, value: V) -> PyResult<()>
    where
        N: IntoPyObject<'py, Target = PyString>,
        V: IntoPyObject<'py>,
    {
        let name = attr_name.into_pyobject_or_pyerr(self.py())?;
        let value = value.into_pyobject_or_pyerr(self.py())?;
        // SAFETY: all are alive.
        let answer = unsafe { ffi::PyObject_SetAttr(self.as_ptr(), name.as_ptr(), value.as_ptr()) };
        if answer == -1 {
            // SAFETY: as above.
            return unsafe { attributes::set_refused(self, name.as_ptr(), value.as_ptr()) };
        }
        Ok(())
    }

    fn delattr<N>(&self, attr_name: N) -> PyResult<()>
    where
        N: IntoPyObject<'py, Target = PyString>,
    {
        let name = attr_name.into_pyobject_or_pyerr(self.py())?;
        // SAFETY: both are alive.
        error_on_minus_one(self.py(), unsafe {
            ffi::PyObject_DelAttr(self.as_ptr(), name.as_ptr())
        })
    }

    fn compare<O>(&self, other: O) -> PyResult<Ordering>
    where
        O: IntoPyObject<'py>,
    {
        compare_objects(
            self,
            other
                .into_pyobject_or_pyerr(self.py())?
                .into_any()
                .as_borrowed(),
        )
    }

    fn rich_compare<O>(&self, other: O, compare_op: CompareOp) -> PyResult<Bound<'py, PyAny>>
    where
        O: IntoPyObject<'py>,
    {
        let other = other.into_pyobject_or_pyerr(self.py())?;
        // SAFETY: both are alive; the result is a new reference or NULL with an exception set.
        unsafe {
            let result =
                ffi::PyObject_RichCompare(self.as_ptr(), other.as_ptr(), compare_op as c_int);
            Bound::from_owned_ptr_or_err(self.py(), result)
        }
    }

    define_unary! {
        neg PyNumber_Negative
        pos PyNumber_Positive
        abs PyNumber_Absolute
        bitnot PyNumber_Invert
    }

    define_comparison! {
        lt Py_LT
        le Py_LE
        eq Py_EQ
        ne Py_NE
        gt Py_GT
        ge Py_GE
    }

    define_binary! {
        add PyNumber_Add
        sub PyNumber_Subtract
        mul PyNumber_Multiply
        matmul PyNumber_MatrixMultiply
        div PyNumber_TrueDivide
        floor_div PyNumber_FloorDivide
        rem PyNumber_Remainder
        divmod PyNumber_Divmod
        lshift PyNumber_Lshift
        rshift PyNumber_Rshift
        bitand PyNumber_And
        bitor PyNumber_Or
        bitxor PyNumber_Xor
    }

    fn pow<O1, O2>(&self, other: O1, modulus: O2) -> PyResult<Bound<'py, PyAny>>
    where
        O1: IntoPyObject<'py>,
        O2: IntoPyObject<'py>,
    {
        let other = other.into_pyobject_or_pyerr(self.py())?;
        let modulus = modulus.into_pyobject_or_pyerr(self.py())?;
        // SAFETY: all are alive; the result is a new reference or NULL with an exception set.
        unsafe {
            let result = ffi::PyNumber_Power(self.as_ptr(), other.as_ptr(), modulus.as_ptr());
            Bound::from_owned_ptr_or_err(self.py(), result)
        }
    }

    fn is_callable(&self) -> bool {
        // SAFETY: the object is alive.
        unsafe { ffi::PyCallable_Check(self.as_ptr()) != 0 }
    }

    #[inline]
    fn call<A>(&self, args: A, kwargs: Option<&Bound<'py, PyDict>>) -> PyResult<Bound<'py, PyAny>>
    where
        A: PyCallArgs<'py>,
    {
        args.call(self.as_borrowed(), kwargs.map(Bound::as_borrowed))
    }

    fn call0(&self) -> PyResult<Bound<'py, PyAny>> {
        // SAFETY: the object is alive; the result is a new reference or NULL with an exception set.
        unsafe { Bound::from_owned_ptr_or_err(self.py(), held::call_no_args(self.as_ptr())) }
    }

    #[inline]
    fn call1<A>(&self, args: A) -> PyResult<Bound<'py, PyAny>>
    where
        A: PyCallArgs<'py>,
    {
        args.call(self.as_borrowed(), None)
    }

    fn call_method<N, A>(
        &self,
        name: N,
        args: A,
        kwargs: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>>
    where
        N: IntoPyObject<'py, Target = PyString>,
        A: PyCallArgs<'py>,
    {
        match kwargs {
            None => self.call_method1(name, args),
            Some(_) => self.getattr(name)?.call(args, kwargs),
        }
    }

    fn call_method0<N>(&self, name: N) -> PyResult<Bound<'py, PyAny>>
    where
        N: IntoPyObject<'py, Target = PyString>,
    {
        let name = name.into_pyobject_or_pyerr(self.py())?;
        // SAFETY: both are alive; the result is a new reference or NULL with an exception set.
        unsafe {
            let result = ffi::compat::PyObject_CallMethodNoArgs(self.as_ptr(), name.as_ptr());
            Bound::from_owned_ptr_or_err(self.py(), result)
        }
    }

    fn call_method1<N, A>(&self, name: N, args: A) -> PyResult<Bound<'py, PyAny>>
    where
        N: IntoPyObject<'py, Target = PyString>,
        A: PyCallArgs<'py>,
    {
        let name = name.into_pyobject_or_pyerr(self.py())?;
        args.call_method(self.as_borrowed(), name.as_borrowed())
    }

    fn is_truthy(&self) -> PyResult<bool> {
        // SAFETY: the object is alive.
        truth(self.py(), unsafe { ffi::PyObject_IsTrue(self.as_ptr()) })
    }

    #[inline]
    fn is_none(&self) -> bool {
        // SAFETY: `Py_None` only gives the address.
        self.as_ptr() == unsafe { ffi::Py_None() }
    }

    fn is_empty(&self) -> PyResult<bool> {
        self.len().map(|len| len == 0)
    }

    fn get_item<K>(&self, key: K) -> PyResult<Bound<'py, PyAny>>
    where
        K: IntoPyObject<'py>,
    {
        let key = key.into_pyobject_or_pyerr(self.py())?;
        // SAFETY: both are alive; the result is a new reference or NULL with an exception set.
        unsafe {
            Bound::from_owned_ptr_or_err(
                self.py(),
                ffi::PyObject_GetItem(self.as_ptr(), key.as_ptr()),
            )
        }
    }

    fn set_item<K, V>(&self, key: K, value: V) -> PyResult<()>
    where
        K: IntoPyObject<'py>,
        V: IntoPyObject<'py>,
    {
        let key = key.into_pyobject_or_pyerr(self.py())?;
        let value = value.into_pyobject_or_pyerr(self.py())?;
        // SAFETY: all are alive.
        error_on_minus_one(self.py(), unsafe {
            ffi::PyObject_SetItem(self.as_ptr(), key.as_ptr(), value.as_ptr())
        })
    }

    fn del_item<K>(&self, key: K) -> PyResult<()>
    where
        K: IntoPyObject<'py>,
    {
        let key = key.into_pyobject_or_pyerr(self.py())?;
        // SAFETY: both are alive.
        error_on_minus_one(self.py(), unsafe {
            ffi::PyObject_DelItem(self.as_ptr(), key.as_ptr())
        })
    }

    fn try_iter(&self) -> PyResult<Bound<'py, PyIterator>> {
        PyIterator::from_object(self)
    }

    #[inline]
    fn get_type(&self) -> Bound<'py, PyType> {
        // SAFETY: the type of a live object is alive.
        unsafe { PyType::from_borrowed_type_ptr(self.py(), ffi::Py_TYPE(self.as_ptr())) }
    }

    #[inline]
    fn get_type_ptr(&self) -> *mut ffi::PyTypeObject {
        // SAFETY: the object is alive.
        unsafe { ffi::Py_TYPE(self.as_ptr()) }
    }

    #[inline]
    fn extract<'a, T>(&'a self) -> Result<T, T::Error>
    where
        T: FromPyObject<'a, 'py>,
    {
        T::extract(self.as_borrowed())
    }

    fn get_refcnt(&self) -> isize {
        // SAFETY: the object is alive.
        unsafe { ffi::Py_REFCNT(self.as_ptr()) as isize }
    }

    fn repr(&self) -> PyResult<Bound<'py, PyString>> {
        // SAFETY: the object is alive; the result is a new reference to a string, or NULL with an exception set.
        unsafe {
            Bound::from_owned_ptr_or_err(self.py(), ffi::PyObject_Repr(self.as_ptr()))
                .map(|text| text.cast_into_unchecked())
        }
    }

    fn str(&self) -> PyResult<Bound<'py, PyString>> {
        // SAFETY: the object is alive; the result is a new reference to a string, or NULL with an exception set.
        unsafe {
            Bound::from_owned_ptr_or_err(self.py(), ffi::PyObject_Str(self.as_ptr()))
                .map(|text| text.cast_into_unchecked())
        }
    }

    fn hash(&self) -> PyResult<isize> {
        // SAFETY: the object is alive. Negative hashes other than -1 are valid.
        match unsafe { ffi::PyObject_Hash(self.as_ptr()) } {
            -1 => Err(PyErr::fetch(self.py())),
            hash => Ok(hash),
        }
    }

    fn len(&self) -> PyResult<usize> {
        // SAFETY: the object is alive.
        match unsafe { ffi::PyObject_Size(self.as_ptr()) } {
            -1 => Err(PyErr::fetch(self.py())),
            len => Ok(len as usize),
        }
    }

    fn dir(&self) -> PyResult<Bound<'py, PyList>> {
        // SAFETY: the object is alive; the result is a new reference to a list, or NULL with an exception set.
        unsafe {
            Bound::from_owned_ptr_or_err(self.py(), ffi::PyObject_Dir(self.as_ptr()))
                .map(|names| names.cast_into_unchecked())
        }
    }

    fn is_instance(&self, ty: &Bound<'py, PyAny>) -> PyResult<bool> {
        // SAFETY: both are alive.
        truth(self.py(), unsafe {
            ffi::PyObject_IsInstance(self.as_ptr(), ty.as_ptr())
        })
    }

    #[inline]
    fn is_exact_instance(&self, ty: &Bound<'py, PyAny>) -> bool {
        self.get_type_ptr().cast() == ty.as_ptr()
    }

    #[inline]
    fn is_instance_of<T: PyTypeCheck>(&self) -> bool {
        T::type_check(self)
    }

    #[inline]
    fn is_exact_instance_of<T: PyTypeInfo>(&self) -> bool {
        T::is_exact_type_of(self)
    }

    fn contains<V>(&self, value: V) -> PyResult<bool>
    where
        V: IntoPyObject<'py>,
    {
        let value = value.into_pyobject_or_pyerr(self.py())?;
        // SAFETY: both are alive.
        truth(self.py(), unsafe {
            ffi::PySequence_Contains(self.as_ptr(), value.as_ptr())
        })
    }

    fn py_super(&self) -> PyResult<Bound<'py, PySuper>> {
        PySuper::new(&self.get_type(), self)
    }
}
