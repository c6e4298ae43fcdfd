//! The tables that describe a function to the trampolines.

use std::ffi::{c_int, c_void};
use std::sync::Mutex;
use std::sync::atomic::AtomicPtr;

use crate::PyClass;
use crate::class::builder::Class;
#[cfg(not(for_speed))]
use crate::convert::Scalar;
use crate::ffi;
use crate::marker::Python;

/// A function's implementation: converts the arguments, calls the user's code, converts the result.
///
/// `args` has a slot for each parameter of the [`Signature`], NULL where a default applies; then one for `*args` (a
/// tuple) and one for `**kwargs` (a dict, or NULL when empty) where the function has them. All are borrowed. The
/// result is a new reference, or NULL with an exception set.
pub type Implementation = for<'py> unsafe fn(
    py: Python<'py>,
    receiver: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
) -> *mut ffi::PyObject;

/// Like [`Implementation`], for slots that answer with a number; -1 with an exception set is an error.
pub type IntImplementation = for<'py> unsafe fn(
    py: Python<'py>,
    receiver: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
) -> isize;

/// The parameters of a function, in the order of its slots.
///
/// There is one for every function, and a pointer in static memory costs 24 bytes of relocation besides its own: all names
/// are in one text, and nothing points at what is empty.
pub struct Signature {
    /// The function's name in Python, then the names of its positional parameters, then of the keyword-only ones, with NUL
    /// characters in between.
    pub names: &'static str,
    /// The class of a method, whose name errors show.
    pub class: Option<&'static Class>,
    /// For each keyword-only parameter: must it be given? `None` where none must.
    pub keyword_only_required: Option<&'static &'static [bool]>,
    /// How many parameters there are, without `*args` and `**kwargs`.
    pub parameters: u16,
    /// How many of them are positional.
    pub positional: u16,
    /// How many of those cannot be given by keyword.
    pub positional_only: u16,
    /// How many of the positional ones have no default.
    pub required: u16,
    /// Has it `*args`?
    pub varargs: bool,
    /// Has it `**kwargs`?
    pub varkeywords: bool,
}

impl Signature {
    /// How many slots the implementation is given.
    #[inline]
    pub(crate) const fn slots(&self) -> usize {
        self.parameters() + self.varargs as usize + self.varkeywords as usize
    }

    #[inline]
    pub(crate) const fn parameters(&self) -> usize {
        self.parameters as usize
    }

    #[inline]
    pub(crate) const fn positional(&self) -> usize {
        self.positional as usize
    }

    #[inline]
    pub(crate) const fn positional_only(&self) -> usize {
        self.positional_only as usize
    }

    #[inline]
    pub(crate) const fn required(&self) -> usize {
        self.required as usize
    }

    /// The function's name.
    pub(crate) fn name(&self) -> &'static str {
        self.names.split('\0').next().unwrap_or_default()
    }

    /// The names of the parameters.
    pub(crate) fn parameter_names(&self) -> impl Iterator<Item = &'static str> {
        self.names.split('\0').skip(1)
    }

    /// The name of one parameter.
    pub(crate) fn parameter_name(&self, index: usize) -> &'static str {
        self.parameter_names().nth(index).unwrap_or_default()
    }

    /// For each keyword-only parameter, as far as any must be given: must it?
    #[inline]
    pub(crate) fn keyword_only_required(&self) -> &'static [bool] {
        self.keyword_only_required.map_or(&[], |required| *required)
    }

    /// The name of the function's class; empty for a plain function.
    pub(crate) fn class(&self) -> &'static str {
        self.class.map_or("", Class::name)
    }
}

/// What the arguments and the result of a function of scalars are, as numbers of four bits: from the lowest bits upwards one
/// for each of up to eight arguments, ended by a zero; from bit 32 the result; from bit 36 how the receiver is borrowed.
///
/// A scalar has the number that `convert::Scalar` gives it. A result can also be 14, which is `None`, or `Kinds::OBJECT`, which is
/// an object already. The macros make these numbers (`emit::scalars` there).
#[derive(Clone, Copy)]
pub struct Kinds(#[cfg_attr(for_speed, allow(dead_code))] u64);

/// How a receiver is borrowed.
#[cfg(not(for_speed))]
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Borrow {
    No,
    Shared,
    Exclusive,
}

impl Kinds {
    #[cfg(not(for_speed))]
    const NONE: Kinds = Kinds(0);
    const BORROW: u32 = 36;

    /// From the number that the macros make.
    pub const fn new(kinds: u64) -> Self {
        Kinds(kinds)
    }

    const FLAG: u32 = 40;
    const THREAD: u32 = 52;
    const OFFSET: u64 = (1 << 12) - 1;

    /// What holds for a method of `T`: its instances need not be borrowed if they have no flag.
    pub(crate) const fn mask<T: PyClass>() -> u64 {
        let borrow = if T::FLAG == 0 { 0 } else { 0b11 };
        let scalars = (1 << Self::BORROW) - 1;
        scalars
            | borrow << Self::BORROW
            | Self::offset(T::FLAG) << Self::FLAG
            | Self::offset(T::THREAD) << Self::THREAD
    }

    const fn offset(bytes: usize) -> u64 {
        let pointers = (bytes / size_of::<usize>()) as u64;
        assert!(
            bytes.is_multiple_of(size_of::<usize>()) && pointers <= Self::OFFSET,
            "a class cannot extend a class of this size"
        );
        pointers
    }
}

#[cfg(not(for_speed))]
impl Kinds {
    const RESULT: u32 = 32;
    const OBJECT: u64 = 15;

    #[inline]
    pub(crate) fn argument(self, index: usize) -> Option<Scalar> {
        Scalar::numbered((self.0 >> (4 * index)) & 15)
    }

    #[inline]
    fn result_number(self) -> u64 {
        (self.0 >> Self::RESULT) & 15
    }

    #[inline]
    pub(crate) fn result(self) -> Option<Scalar> {
        Scalar::numbered(self.result_number())
    }

    #[inline]
    pub(crate) fn returns_object(self) -> bool {
        self.result_number() == Self::OBJECT
    }

    /// Where the borrow flag lies in an instance.
    #[inline]
    pub(crate) fn flag_offset(self) -> usize {
        ((self.0 >> Self::FLAG) & Self::OFFSET) as usize * size_of::<usize>()
    }

    /// Where the mark of the thread lies in an instance, or zero.
    #[inline]
    pub(crate) fn thread_offset(self) -> usize {
        (self.0 >> Self::THREAD) as usize * size_of::<usize>()
    }

    #[inline]
    pub(crate) fn borrow(self) -> Borrow {
        match (self.0 >> Self::BORROW) & 0b11 {
            0 => Borrow::No,
            1 => Borrow::Shared,
            _ => Borrow::Exclusive,
        }
    }
}

/// A function: its signature, and the Python strings of its parameter names, made at the first call by keyword.
pub struct FunctionSpec {
    pub(crate) signature: Signature,
    #[cfg(not(for_speed))]
    pub(crate) kinds: Kinds,
    pub(crate) names: AtomicPtr<*mut ffi::PyObject>,
}

impl FunctionSpec {
    /// From what the macros know.
    pub const fn new(signature: Signature) -> Self {
        FunctionSpec {
            signature,
            #[cfg(not(for_speed))]
            kinds: Kinds::NONE,
            names: AtomicPtr::new(std::ptr::null_mut()),
        }
    }

    /// A function of scalars, all of which must be given: the text of [`Signature::names`], how many parameters there are,
    /// how many of them cannot be given by keyword.
    pub const fn of_scalars(
        names: &'static str,
        parameters: u16,
        positional_only: u16,
        kinds: Kinds,
        class: Option<&'static Class>,
    ) -> Self {
        let _ = kinds;
        FunctionSpec {
            signature: Signature {
                names,
                class,
                keyword_only_required: None,
                parameters,
                positional: parameters,
                positional_only,
                required: parameters,
                varargs: false,
                varkeywords: false,
            },
            #[cfg(not(for_speed))]
            kinds,
            names: AtomicPtr::new(std::ptr::null_mut()),
        }
    }
}

/// A function as Python sees it: what a `PyMethodDef` is made from.
///
/// It is a constant, not a static: a `PyMethodDef` in static memory costs 104 bytes, most of them relocations.
#[derive(Clone, Copy)]
pub struct FunctionDef {
    /// The name, NUL, the docstring, NUL.
    text: &'static str,
    shim: Shim,
    flags: c_int,
}

/// The C function behind a Python function.
#[derive(Clone, Copy)]
pub(crate) struct Shim(*const c_void);

// SAFETY: the address of a function.
unsafe impl Sync for Shim {}
// SAFETY: as above.
unsafe impl Send for Shim {}

/// The C function of a method that takes no arguments.
pub(crate) type NoArgsShim =
    unsafe extern "C" fn(*mut ffi::PyObject, *mut ffi::PyObject) -> *mut ffi::PyObject;
/// The C function of a method that takes arguments.
pub(crate) type FastShim = unsafe extern "C" fn(
    *mut ffi::PyObject,
    *const *mut ffi::PyObject,
    ffi::Py_ssize_t,
    *mut ffi::PyObject,
) -> *mut ffi::PyObject;

impl FunctionDef {
    /// A function without parameters. `flags` are `METH_CLASS` or `METH_STATIC`, or 0. `text` is the name and the docstring,
    /// each with a NUL character behind it, and none inside.
    #[inline]
    pub const fn no_args(text: &'static str, shim: NoArgsShim, flags: c_int) -> Self {
        FunctionDef {
            text,
            shim: Shim(shim as *const c_void),
            flags: ffi::METH_NOARGS | flags,
        }
    }

    /// A function with parameters.
    #[inline]
    pub const fn fast(text: &'static str, shim: FastShim, flags: c_int) -> Self {
        FunctionDef {
            text,
            shim: Shim(shim as *const c_void),
            flags: ffi::METH_FASTCALL | ffi::METH_KEYWORDS | flags,
        }
    }

    /// The definition's parts, which registers hold.
    #[inline(always)]
    pub(crate) fn parts(self) -> (&'static str, Shim, c_int) {
        (self.text, self.shim, self.flags)
    }

    #[inline(always)]
    pub(crate) fn from_parts((text, shim, flags): (&'static str, Shim, c_int)) -> Self {
        FunctionDef { text, shim, flags }
    }

    /// The definition in C, for the NULL-terminated array of a type.
    pub(crate) fn to_c(self) -> ffi::PyMethodDef {
        let name = self.text.as_bytes();
        let end = name.iter().position(|byte| *byte == 0).unwrap_or(0);
        let shim = self.shim.0;
        ffi::PyMethodDef {
            ml_name: name.as_ptr().cast(),
            // SAFETY: the address is that of a function of the kind that the flags tell.
            ml_meth: unsafe {
                if self.flags & ffi::METH_NOARGS == 0 {
                    ffi::PyMethodDefPointer {
                        PyCFunctionFastWithKeywords: std::mem::transmute::<*const c_void, FastShim>(
                            shim,
                        ),
                    }
                } else {
                    ffi::PyMethodDefPointer {
                        PyCFunction: std::mem::transmute::<*const c_void, NoArgsShim>(shim),
                    }
                }
            },
            ml_flags: self.flags,
            ml_doc: name[end + 1..].as_ptr().cast(),
        }
    }

    /// The definition in C, for a function object, which refers to it for ever. It is made once.
    pub(crate) fn leaked(self) -> *mut ffi::PyMethodDef {
        // In the order of the keys.
        static MADE: Mutex<Vec<((usize, usize), Leaked)>> = Mutex::new(Vec::new());
        struct Leaked(&'static ffi::PyMethodDef);
        // SAFETY: CPython reads method definitions and never writes to them.
        unsafe impl Send for Leaked {}

        let key = (self.text.as_ptr().addr(), self.shim.0.addr());
        let mut made = MADE.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let index = made
            .binary_search_by_key(&key, |(key, _)| *key)
            .unwrap_or_else(|index| {
                let definition = Leaked(Box::leak(Box::new(self.to_c())));
                made.insert(index, (key, definition));
                index
            });
        std::ptr::from_ref(made[index].1.0).cast_mut()
    }
}
