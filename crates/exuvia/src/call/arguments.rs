/*!
Binding: which argument goes to which parameter, by the rules of Python's own calls.

What does not fit is told by `refusals`.
*/

use std::mem::MaybeUninit;
use std::ptr::{copy_nonoverlapping, null_mut};
use std::sync::atomic::Ordering;

use crate::access::{self, TupleItems};
use crate::call::refusals::{full_name, listed, missing, names_of_empty, too_many};
use crate::call::spec::FunctionSpec;
use crate::err::PyResult;
use crate::exceptions::{PyTypeError, PyUnicodeEncodeError};
use crate::ffi;
use crate::instance::{Borrowed, Bound};
use crate::marker::Python;
use crate::types::any::PyAnyMethods;
use crate::types::dict::PyDictMethods;
use crate::types::string::PyStringMethods;
use crate::types::{PyAny, PyDict, PyString, PyTuple};

type Object = *mut ffi::PyObject;

/// The arguments of a call, wherever they lie.
pub(crate) struct Arguments {
    positional: *const Object,
    given: usize,
    keywords: Keywords,
}

enum Keywords {
    None,
    /// A tuple of names; the values follow the positional arguments.
    Names(Object),
    Dict(Object),
}

impl Arguments {
    /// # Safety
    /// `args` holds `given` positional arguments, then one for each name in the tuple `names` (or NULL).
    #[inline]
    pub(crate) unsafe fn from_vectorcall(args: *const Object, given: usize, names: Object) -> Self {
        let keywords = if names.is_null() {
            Keywords::None
        } else {
            Keywords::Names(names)
        };
        Arguments {
            positional: args,
            given,
            keywords,
        }
    }

    /// # Safety
    /// `args` are the items of a tuple that live as long as this is used, `keywords` is a dict or NULL.
    pub(crate) unsafe fn from_tuple_and_dict(args: &TupleItems, keywords: Object) -> Self {
        let args = args.as_slice();
        Arguments {
            positional: args.as_ptr(),
            given: args.len(),
            keywords: if keywords.is_null() {
                Keywords::None
            } else {
                Keywords::Dict(keywords)
            },
        }
    }

    /// # Safety
    /// `index` is below `given`.
    #[inline]
    unsafe fn get(&self, index: usize) -> Object {
        // SAFETY: the caller's promise.
        unsafe { *self.positional.add(index) }
    }
}

/// Slots for this many parameters live on the stack.
const ON_STACK: usize = 16;

/// Fills the slots where that takes no more than looking at the arguments: by position, and by names that are interned, as
/// those in source code are. `false` if it takes more, or is an error; the slots are of no use then.
///
/// # Safety
/// `args` holds `given` positional arguments, then one for each name in the tuple `names` (or NULL). The function has
/// neither `*args` nor `**kwargs`, and `slots` is as long as it has parameters.
#[cfg_attr(for_speed, inline)]
pub(crate) unsafe fn bind_plainly(
    args: *const Object,
    given: usize,
    names: Object,
    spec: &'static FunctionSpec,
    slots: &mut [Object],
) -> bool {
    let signature = &spec.signature;
    if given > signature.positional() {
        return false;
    }
    // SAFETY: `given` arguments are there, and no more than there are slots.
    unsafe {
        let given = given.min(slots.len());
        // Not up to `given`, for which the compiler would call `memcpy`.
        for (index, slot) in slots.iter_mut().enumerate() {
            if index < given {
                *slot = *args.add(index);
            }
        }
        if names.is_null() {
            return given >= signature.required() && signature.keyword_only_required().is_empty();
        }
        bind_interned(args.add(given), given, names, spec, slots)
    }
}

/// The part of [`bind_plainly`] that is about keywords, whose values lie at `values`.
///
/// # Safety
/// As for [`bind_plainly`].
unsafe fn bind_interned(
    values: *const Object,
    given: usize,
    names: Object,
    spec: &'static FunctionSpec,
    slots: &mut [Object],
) -> bool {
    let signature = &spec.signature;
    let known = spec.names.load(Ordering::Acquire);
    if known.is_null() || slots.len() != signature.parameters() {
        return false;
    }
    // SAFETY: the array has an entry for each parameter and is never freed; `names` is a tuple, and a value for each of
    // its names lies at `values`.
    let (known, names) = unsafe {
        (
            std::slice::from_raw_parts(known, slots.len()),
            TupleItems::of(names),
        )
    };
    let first = given.max(signature.positional_only());
    for (index, name) in names.as_slice().iter().enumerate() {
        let found = match known[first..].iter().position(|known| known == name) {
            Some(found) => found,
            // SAFETY: names are live objects, and the known ones are strings.
            None => match unsafe { position_by_text(&known[first..], *name) } {
                Some(found) => found,
                None => return false,
            },
        };
        let slot = &mut slots[first + found];
        if !slot.is_null() {
            return false;
        }
        // SAFETY: there is a value for each name.
        *slot = unsafe { *values.add(index) };
    }
    slots[..signature.required()]
        .iter()
        .all(|slot| !slot.is_null())
        && slots[signature.positional()..]
            .iter()
            .zip(signature.keyword_only_required())
            .all(|(slot, required)| !(*required && slot.is_null()))
}

/// Which of the strings `known` has the text of `name`, which may be any object? `None` also where it takes more than looking at
/// them.
///
/// # Safety
/// All are live objects on an attached thread, and those of `known` are strings.
#[cold]
#[inline(never)]
unsafe fn position_by_text(known: &[Object], name: Object) -> Option<usize> {
    // SAFETY: the caller's promise; the name is a string before it is read as one. UTF-8 of a string lives as long as the
    // string.
    unsafe {
        if ffi::PyUnicode_CheckExact(name) == 0 {
            return None;
        }
        let length = |object: Object| access::string_length(object);
        let text = |object| {
            let mut size = 0;
            let start = ffi::PyUnicode_AsUTF8AndSize(object, &raw mut size);
            if start.is_null() {
                // A lone surrogate, or no memory: the general way finds out.
                ffi::PyErr_Clear();
                return None;
            }
            Some(std::slice::from_raw_parts(
                start.cast::<u8>(),
                size as usize,
            ))
        };
        let wanted = text(name)?;
        known
            .iter()
            .position(|known| length(*known) == length(name) && text(*known) == Some(wanted))
    }
}

/// Binds the arguments and calls `call` with the slots, as [`Implementation`](crate::call::spec::Implementation) has them; NULL
/// with an exception set on any failure.
///
/// # Safety
/// The arguments are alive.
pub(crate) unsafe fn bind_and_call(
    py: Python<'_>,
    arguments: &Arguments,
    spec: &'static FunctionSpec,
    call: &mut dyn FnMut(*const Object) -> Object,
) -> Object {
    let signature = &spec.signature;
    let count = signature.slots();
    let mut on_stack = [MaybeUninit::<Object>::uninit(); ON_STACK];
    let mut on_heap;
    let slots = if count <= ON_STACK {
        &mut on_stack[..count]
    } else {
        on_heap = vec![MaybeUninit::uninit(); count];
        &mut on_heap[..]
    };
    slots.fill(MaybeUninit::new(null_mut()));
    // SAFETY: just filled.
    let slots = unsafe { &mut *(std::ptr::from_mut(slots) as *mut [Object]) };
    let has_keywords = !matches!(arguments.keywords, Keywords::None);
    let needs_keywords =
        !signature.keyword_only_required().is_empty() || arguments.given < signature.required();
    let too_many = arguments.given > signature.positional() && !signature.varargs;
    if !has_keywords && !needs_keywords && !too_many {
        let taken = arguments.given.min(signature.positional());
        // SAFETY: so many arguments are given, and there are as many slots at least.
        unsafe { copy_nonoverlapping(arguments.positional, slots.as_mut_ptr(), taken) };
        let mut rest = null_mut();
        if signature.varargs {
            // SAFETY: the arguments are alive, and there are `given` of them.
            rest = unsafe { tuple_of(arguments.positional.add(taken), arguments.given - taken) };
            if rest.is_null() {
                return rest;
            }
            slots[signature.parameters()] = rest;
        }
        // SAFETY: gives the tuple's reference back, also when the implementation panics.
        let _rest = unsafe { Bound::from_owned_ptr_or_opt(py, rest) };
        return call(slots.as_ptr());
    }
    match bind(py, arguments, spec, slots) {
        // `_collected` owns what the last slots borrow.
        Ok(_collected) => call(slots.as_ptr()),
        Err(error) => {
            error.restore(py);
            null_mut()
        }
    }
}

/// What must live as long as the call: what `*args` and `**kwargs` collect, and the values of a dict of keywords. Such
/// a dict may belong to somebody who changes it meanwhile (`PyObject_Call` hands it on as it is).
struct Collected<'py> {
    _varargs: Option<Bound<'py, PyTuple>>,
    _varkeywords: Option<Bound<'py, PyDict>>,
    _values: Vec<Bound<'py, PyAny>>,
}

fn bind<'py>(
    py: Python<'py>,
    arguments: &Arguments,
    spec: &'static FunctionSpec,
    slots: &mut [Object],
) -> PyResult<Collected<'py>> {
    let signature = &spec.signature;
    let parameters = signature.parameters();
    let taken = arguments.given.min(signature.positional());
    for (index, slot) in slots[..taken].iter_mut().enumerate() {
        // SAFETY: below `given`.
        *slot = unsafe { arguments.get(index) };
    }

    let varargs = if signature.varargs {
        // SAFETY: the arguments are alive, and there are `given` of them.
        let rest =
            unsafe { new_tuple(py, arguments.positional.add(taken), arguments.given - taken)? };
        slots[parameters] = rest.as_ptr();
        Some(rest)
    } else if arguments.given > signature.positional() {
        return Err(too_many(signature, arguments.given));
    } else {
        None
    };

    let mut varkeywords = None;
    let values = bind_keywords(
        py,
        arguments,
        spec,
        &mut slots[..parameters],
        &mut varkeywords,
    )?;

    if arguments.given < signature.required()
        && slots[arguments.given..signature.required()]
            .iter()
            .any(|s| s.is_null())
    {
        let names = names_of_empty(signature, 0, &slots[..signature.required()], |_| true);
        return Err(missing(signature, "positional", &names));
    }
    let keyword_only = &slots[signature.positional()..parameters];
    if keyword_only
        .iter()
        .zip(signature.keyword_only_required())
        .any(|(slot, required)| *required && slot.is_null())
    {
        let names = names_of_empty(signature, signature.positional(), keyword_only, |index| {
            signature.keyword_only_required()[index]
        });
        return Err(missing(signature, "keyword", &names));
    }
    if let Some(collected) = &varkeywords {
        slots[parameters + usize::from(signature.varargs)] = Bound::as_ptr(collected);
    }
    Ok(Collected {
        _varargs: varargs,
        _varkeywords: varkeywords,
        _values: values,
    })
}

/// # Safety
/// `items` points to `count` live objects.
unsafe fn new_tuple<'py>(
    py: Python<'py>,
    items: *const Object,
    count: usize,
) -> PyResult<Bound<'py, PyTuple>> {
    // SAFETY: the result is a new reference to a tuple, or NULL with an exception set.
    unsafe {
        let tuple = Bound::from_owned_ptr_or_err(py, tuple_of(items, count))?;
        Ok(tuple.cast_into_unchecked())
    }
}

/// A new tuple, or NULL with an exception set.
///
/// # Safety
/// `items` points to `count` live objects.
unsafe fn tuple_of(items: *const Object, count: usize) -> Object {
    // SAFETY: a new tuple is filled before anyone sees it; every item is counted once more.
    unsafe {
        let tuple = ffi::PyTuple_New(count as ffi::Py_ssize_t);
        if !tuple.is_null() {
            for index in 0..count {
                let item = *items.add(index);
                ffi::Py_INCREF(item);
                access::fill_tuple(tuple, index as ffi::Py_ssize_t, item);
            }
        }
        tuple
    }
}

/// Calls a type as `type.__call__` does, with arguments from a vectorcall.
///
/// # Safety
/// `class` is a live type; the arguments are those of a vectorcall.
pub(crate) unsafe fn call_type(
    py: Python<'_>,
    class: Object,
    args: *const Object,
    given: usize,
    names: Object,
) -> Object {
    let call = || -> PyResult<Object> {
        // SAFETY: the caller's promise: `given` arguments, then a value for each name.
        unsafe {
            let positional = new_tuple(py, args, given)?;
            let keywords = PyDict::new(py);
            let count = if names.is_null() {
                0
            } else {
                access::tuple_size(names)
            };
            for index in 0..count {
                let name = Borrowed::from_ptr(py, access::tuple_item(names, index));
                let value = Borrowed::from_ptr(py, *args.add(given + index as usize));
                keywords.set_item(name, value)?;
            }
            let call = access::tp_call(&raw mut ffi::PyType_Type);
            let call = call.expect("CPython's `type` can be called");
            Ok(call(class, positional.as_ptr(), keywords.as_ptr()))
        }
    };
    crate::call::output::raised(py, call())
}

fn bind_keywords<'py>(
    py: Python<'py>,
    arguments: &Arguments,
    spec: &'static FunctionSpec,
    slots: &mut [Object],
    varkeywords: &mut Option<Bound<'py, PyDict>>,
) -> PyResult<Vec<Bound<'py, PyAny>>> {
    let mut positional_only_by_name = Vec::new();
    let mut values = Vec::new();
    match arguments.keywords {
        Keywords::None => {}
        Keywords::Names(names) => {
            // SAFETY: `names` is a tuple, and a value for each name follows the positional arguments.
            let count = unsafe { access::tuple_size(names) } as usize;
            for index in 0..count {
                // SAFETY: as above.
                let (name, value) = unsafe {
                    let name = access::tuple_item(names, index as ffi::Py_ssize_t);
                    (
                        Borrowed::from_ptr(py, name),
                        *arguments.positional.add(arguments.given + index),
                    )
                };
                bind_keyword(
                    py,
                    name,
                    value,
                    spec,
                    slots,
                    varkeywords,
                    &mut positional_only_by_name,
                )?;
            }
        }
        Keywords::Dict(dict) => {
            let mut position = 0;
            let (mut name, mut value) = (null_mut(), null_mut());
            // A name may be of a subclass of `str`, whose `__hash__` is Python code that changes the dict: name and
            // value are counted before anything is done with them.
            // SAFETY: the dict is alive. Name and value are borrowed from it.
            while unsafe {
                ffi::PyDict_Next(dict, &raw mut position, &raw mut name, &raw mut value)
            } != 0
            {
                // SAFETY: as above.
                let name = unsafe { Bound::from_borrowed_ptr(py, name) };
                // SAFETY: as above.
                values.push(unsafe { Bound::from_borrowed_ptr(py, value) });
                bind_keyword(
                    py,
                    name.as_borrowed(),
                    value,
                    spec,
                    slots,
                    varkeywords,
                    &mut positional_only_by_name,
                )?;
            }
        }
    }
    if positional_only_by_name.is_empty() {
        return Ok(values);
    }
    Err(PyTypeError::new_err(format!(
        "{} got some positional-only arguments passed as keyword arguments: {}",
        full_name(&spec.signature),
        listed(&positional_only_by_name)
    )))
}

fn bind_keyword<'py>(
    py: Python<'py>,
    name: Borrowed<'_, 'py, PyAny>,
    value: Object,
    spec: &'static FunctionSpec,
    slots: &mut [Object],
    varkeywords: &mut Option<Bound<'py, PyDict>>,
    positional_only_by_name: &mut Vec<&'static str>,
) -> PyResult<()> {
    let signature = &spec.signature;
    if let Some(index) = find_parameter(py, name, spec)? {
        if index >= signature.positional_only() {
            if !slots[index].is_null() {
                return Err(PyTypeError::new_err(format!(
                    "{} got multiple values for argument '{}'",
                    full_name(signature),
                    signature.parameter_name(index)
                )));
            }
            slots[index] = value;
            return Ok(());
        }
        // With `**kwargs`, a positional-only parameter's name is free for a keyword (PEP 570).
        if !signature.varkeywords {
            positional_only_by_name.push(signature.parameter_name(index));
            return Ok(());
        }
    }
    if !signature.varkeywords {
        return Err(PyTypeError::new_err(format!(
            "{} got an unexpected keyword argument '{}'",
            full_name(signature),
            name.str().map_or_else(
                |_| "?".to_owned(),
                |text| text.to_string_lossy().into_owned()
            )
        )));
    }
    let dict = varkeywords.get_or_insert_with(|| PyDict::new(py));
    // SAFETY: the value is alive.
    dict.set_item(name, unsafe { Borrowed::from_ptr(py, value) })
}

/// The index of the parameter with this name: by pointer first, as names in calls are interned, then by text.
fn find_parameter(
    py: Python<'_>,
    name: Borrowed<'_, '_, PyAny>,
    spec: &'static FunctionSpec,
) -> PyResult<Option<usize>> {
    let names = interned_names(py, spec);
    if let Some(index) = names.iter().position(|interned| *interned == name.as_ptr()) {
        return Ok(Some(index));
    }
    let Ok(name) = name.cast::<PyString>() else {
        return Err(PyTypeError::new_err("keywords must be strings"));
    };
    let text = match name.to_str() {
        Ok(text) => text,
        // A name with a lone surrogate is no parameter's name.
        Err(error) if error.is_instance_of::<PyUnicodeEncodeError>(py) => return Ok(None),
        Err(error) => return Err(error),
    };
    Ok(spec
        .signature
        .parameter_names()
        .position(|known| known == text))
}

/// The parameters' names as interned strings. They are made once and live as long as the process.
fn interned_names(py: Python<'_>, spec: &'static FunctionSpec) -> &'static [Object] {
    let count = spec.signature.parameters();
    let mut names = spec.names.load(Ordering::Acquire);
    if names.is_null() && count > 0 {
        let made: Box<[Object]> = spec
            .signature
            .parameter_names()
            .map(|name| PyString::intern(py, name).into_ptr())
            .collect();
        let made = Box::into_raw(made).cast::<Object>();
        // Another thread may have been faster; then the references made here are leaked, once.
        names =
            match spec
                .names
                .compare_exchange(null_mut(), made, Ordering::AcqRel, Ordering::Acquire)
            {
                Ok(_) => made,
                Err(theirs) => theirs,
            };
    }
    if count == 0 {
        return &[];
    }
    // SAFETY: the array has `count` entries and is never freed.
    unsafe { std::slice::from_raw_parts(names, count) }
}
