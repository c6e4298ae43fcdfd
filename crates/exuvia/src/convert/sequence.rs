//! `Vec`, arrays and slices.

use std::borrow::Cow;

use crate::PyResult;
use crate::access;
use crate::convert::{AtRest, FromPyObject, FromPyObjectOwned, IntoPyObject};
use crate::err::{CastError, PyErr};
use crate::exceptions::{PyTypeError, PyValueError};
use crate::ffi;
use crate::instance::{Borrowed, Bound};
use crate::marker::Python;
use crate::type_object::PyTypeInfo;
use crate::types::any::PyAnyMethods;
use crate::types::list::{PyListMethods, item_at, peek_item};
use crate::types::{PyAny, PyBytes, PyList, PySequence, PyString, PyTuple};

/// A list of the items.
///
/// # Panics
/// When `items` gives fewer than its length says.
pub(super) fn new_list<'py, T, I>(py: Python<'py>, items: I) -> PyResult<Bound<'py, PyAny>>
where
    T: IntoPyObject<'py>,
    I: ExactSizeIterator<Item = T>,
{
    PyList::new(py, items).map(Bound::into_any)
}

/// Memory that is set aside because an object says how long it is. Any number can be said, so that it is no more than
/// this; from there on the vector grows as it fills.
pub(super) const TRUSTED_BYTES: usize = 64 * 1024;

/// The type must have the sequence protocol; `dict` and `set` have not.
fn require_sequence(obj: Borrowed<'_, '_, PyAny>) -> PyResult<()> {
    // SAFETY: the object is alive.
    if unsafe { ffi::PySequence_Check(obj.as_ptr()) } == 0 {
        return Err(CastError::new(obj, PySequence::type_object(obj.py()).into_any()).into());
    }
    Ok(())
}

/// What all element types share of the way for objects other than exact lists and tuples, into a `target`.
pub(super) fn iterate<'py>(
    obj: Borrowed<'_, 'py, PyAny>,
    target: &str,
) -> PyResult<(usize, Bound<'py, crate::types::PyIterator>)> {
    if obj.is_instance_of::<PyString>() {
        return Err(PyTypeError::new_err(format!(
            "Can't extract `str` to `{target}`"
        )));
    }
    require_sequence(obj)?;
    Ok((obj.len().unwrap_or(0), obj.try_iter()?))
}

impl<'py, T> FromPyObject<'_, 'py> for Vec<T>
where
    T: FromPyObjectOwned<'py>,
{
    type Error = PyErr;

    fn extract(obj: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(list) = obj.cast_exact::<PyList>() {
            return vec_from_list(&list);
        }
        if let Ok(tuple) = obj.cast_exact::<PyTuple>() {
            return tuple
                .iter_borrowed()
                .map(|item| item.extract().map_err(Into::into))
                .collect();
        }
        if let Some(items) = T::vec_from_bytes(obj) {
            return items;
        }
        let (said, iterator) = iterate(obj, "Vec")?;
        let mut items = Vec::with_capacity(said.min(TRUSTED_BYTES / size_of::<T>().max(1)));
        for item in iterator {
            items.push(item?.extract().map_err(Into::into)?);
        }
        Ok(items)
    }
}

/// Converting an item can run Python code, which can change the list: every step looks at the length again, and holds
/// the item.
fn vec_from_list<'py, T>(list: &Bound<'py, PyList>) -> PyResult<Vec<T>>
where
    T: FromPyObjectOwned<'py>,
{
    let mut items = Vec::with_capacity(PyListMethods::len(list));
    loop {
        take_at_rest(list, &mut items);
        let index = items.len();
        // SAFETY: `extract_at_rest` runs no Python code.
        match unsafe { peek_item(list, index, |item| T::extract_at_rest(item, AtRest)) } {
            None => return Ok(items),
            Some(Some(value)) => items.push(value),
            Some(None) => match item_at(list, index) {
                None => return Ok(items),
                Some(item) => items.push(item.extract().map_err(Into::into)?),
            },
        }
    }
}

/// Takes the items from `items.len()` on, as many as can be read without running Python code: the list stays as it is
/// meanwhile, and is not looked at again for each.
#[cfg(not(Py_GIL_DISABLED))]
#[inline]
fn take_at_rest<'py, T>(list: &Bound<'py, PyList>, items: &mut Vec<T>)
where
    T: FromPyObjectOwned<'py>,
{
    let Some(count) = PyListMethods::len(list).checked_sub(items.len()) else {
        return;
    };
    items.reserve(count);
    let free = &mut items.spare_capacity_mut()[..count];
    let first = PyListMethods::len(list) - count;
    let mut taken = 0;
    for (offset, place) in free.iter_mut().enumerate() {
        // SAFETY: within the list, which holds the item: nothing runs in between that could change it.
        let item = unsafe {
            let item = access::list_item(list.as_ptr(), (first + offset) as ffi::Py_ssize_t);
            Borrowed::from_non_null(list.py(), std::ptr::NonNull::new_unchecked(item))
        };
        let Some(value) = T::extract_at_rest(item, AtRest) else {
            break;
        };
        place.write(value);
        taken += 1;
    }
    // SAFETY: so many places behind the last item have been written.
    unsafe { items.set_len(items.len() + taken) };
}

/// Other threads can change the list at any time: every item is counted.
#[cfg(Py_GIL_DISABLED)]
fn take_at_rest<'py, T>(_: &Bound<'py, PyList>, _: &mut Vec<T>) {}

impl<'py, T, const N: usize> FromPyObject<'_, 'py> for [T; N]
where
    T: FromPyObjectOwned<'py>,
{
    type Error = PyErr;

    fn extract(obj: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let items = match T::vec_from_bytes(obj) {
            Some(items) => items?,
            None => vec_of_len(obj, N)?,
        };
        let len = items.len();
        items.try_into().map_err(|_| wrong_length(N, len))
    }
}

#[cold]
fn wrong_length(expected: usize, actual: usize) -> PyErr {
    PyValueError::new_err(format!(
        "expected a sequence of length {expected} (got {actual})"
    ))
}

/// Exactly `len` items, by index.
fn vec_of_len<'py, T>(obj: Borrowed<'_, 'py, PyAny>, len: usize) -> PyResult<Vec<T>>
where
    T: FromPyObjectOwned<'py>,
{
    require_sequence(obj)?;
    let actual = obj.len()?;
    if actual != len {
        return Err(wrong_length(len, actual));
    }
    (0..len)
        .map(|index| obj.get_item(index)?.extract().map_err(Into::into))
        .collect()
}

impl<'a, 'py> FromPyObject<'a, 'py> for &'a [u8] {
    type Error = CastError<'a, 'py>;
    #[inline]
    fn extract(obj: Borrowed<'a, 'py, PyAny>) -> Result<Self, Self::Error> {
        obj.cast::<PyBytes>().map(Borrowed::as_bytes)
    }
}

/// Borrowed from `bytes`; a copy of everything else that makes a `Vec<u8>`.
impl<'a, 'py> FromPyObject<'a, 'py> for Cow<'a, [u8]> {
    type Error = PyErr;
    fn extract(obj: Borrowed<'a, 'py, PyAny>) -> Result<Self, Self::Error> {
        match obj.cast::<PyBytes>() {
            Ok(bytes) => Ok(Cow::Borrowed(bytes.as_bytes())),
            Err(_) => Vec::extract(obj).map(Cow::Owned),
        }
    }
}

impl<'py, T> IntoPyObject<'py> for Vec<T>
where
    T: IntoPyObject<'py>,
{
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = PyErr;
    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        match T::bytes_into_pyobject(&self, py) {
            Some(bytes) => Ok(bytes),
            None => T::sequence_into_pyobject(self.into_iter(), py),
        }
    }
}

impl<'a, 'py, T> IntoPyObject<'py> for &'a Vec<T>
where
    &'a T: IntoPyObject<'py>,
{
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = PyErr;
    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        self.as_slice().into_pyobject(py)
    }
}

impl<'py, T, const N: usize> IntoPyObject<'py> for [T; N]
where
    T: IntoPyObject<'py>,
{
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = PyErr;
    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        match T::bytes_into_pyobject(&self, py) {
            Some(bytes) => Ok(bytes),
            None => T::sequence_into_pyobject(self.into_iter(), py),
        }
    }
}

impl<'a, 'py, T, const N: usize> IntoPyObject<'py> for &'a [T; N]
where
    &'a T: IntoPyObject<'py>,
{
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = PyErr;
    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        self.as_slice().into_pyobject(py)
    }
}

impl<'a, 'py, T> IntoPyObject<'py> for &'a [T]
where
    &'a T: IntoPyObject<'py>,
{
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = PyErr;
    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        <&'a T>::sequence_into_pyobject(self.iter(), py)
    }
}

impl<'py, T> IntoPyObject<'py> for Cow<'_, [T]>
where
    T: Clone,
    for<'a> &'a T: IntoPyObject<'py>,
{
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = PyErr;
    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        self.as_ref().into_pyobject(py)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::PyDict;
    use crate::types::dict::PyDictMethods;
    use std::ffi::CStr;

    fn with_value<R>(code: &CStr, f: impl for<'py> FnOnce(Bound<'py, PyAny>) -> R) -> R {
        Python::initialize();
        Python::attach(|py| {
            let names = PyDict::new(py);
            py.run(code, Some(&names), None).unwrap();
            f(names
                .get_item("value")
                .unwrap()
                .expect("the code sets `value`"))
        })
    }

    #[test]
    fn a_list_that_shrinks_while_it_is_read_ends_where_it_ends() {
        let code = c"class Shrink:
    def __index__(self):
        value.clear()
        return 7
value = [1, Shrink(), 3, 4, 5]";
        with_value(code, |value| {
            assert_eq!(value.extract::<Vec<i64>>().unwrap(), [1, 7])
        });
    }

    #[test]
    fn an_item_that_removes_itself_stays_alive_while_it_is_read() {
        let code = c"class Vanish:
    def __init__(self, text):
        self.text = text
    def __float__(self):
        value.clear()
        return float(self.text)
value = [Vanish('2.5')]";
        with_value(code, |value| {
            assert_eq!(value.extract::<Vec<f64>>().unwrap(), [2.5])
        });
    }

    #[test]
    fn a_sequence_may_say_any_length() {
        let code = c"class Liar:
    def __init__(self, said):
        self.said = said
    def __len__(self):
        return self.said
    def __getitem__(self, index):
        if index >= 3:
            raise IndexError
        return index
value = Liar(2 ** 62)";
        with_value(code, |value| {
            assert_eq!(value.extract::<Vec<u8>>().unwrap(), [0, 1, 2]);
            let error = value.extract::<[u8; 2]>().unwrap_err();
            assert_eq!(
                error.to_string(),
                "ValueError: expected a sequence of length 2 (got 4611686018427387904)"
            );
        });
    }

    #[test]
    fn an_array_takes_no_more_than_its_length() {
        with_value(c"value = (1, 2)", |value| {
            assert_eq!(value.extract::<[i32; 2]>().unwrap(), [1, 2])
        });
        with_value(c"value = b'ab'", |value| {
            assert_eq!(&value.extract::<[u8; 2]>().unwrap(), b"ab")
        });
    }

    #[test]
    fn a_subclass_of_list_is_asked_how_it_iterates() {
        let code = c"class Doubled(list):
    def __iter__(self):
        return (2 * item for item in list.__iter__(self))
value = Doubled([1, 2])";
        with_value(code, |value| {
            assert_eq!(value.extract::<Vec<i64>>().unwrap(), [2, 4])
        });
    }

    #[test]
    fn text_and_mappings_are_no_vectors() {
        with_value(c"value = 'ab'", |value| {
            let error = value.extract::<Vec<String>>().unwrap_err();
            assert_eq!(error.to_string(), "TypeError: Can't extract `str` to `Vec`");
        });
        with_value(c"value = {1: 2}", |value| {
            let error = value.extract::<Vec<i64>>().unwrap_err();
            assert_eq!(
                error.to_string(),
                "TypeError: 'dict' object is not an instance of 'Sequence'"
            );
        });
    }

    #[test]
    fn the_error_of_an_item_is_the_error() {
        with_value(c"value = [1, 2 ** 40]", |value| {
            let error = value.extract::<Vec<i32>>().unwrap_err();
            assert_eq!(
                error.to_string(),
                "OverflowError: out of range integral type conversion attempted"
            );
        });
    }

    #[test]
    fn bytes_come_and_go_in_one_piece() {
        with_value(c"value = bytearray(b'abc')", |value| {
            assert_eq!(value.extract::<Vec<u8>>().unwrap(), b"abc");
            let py = value.py();
            for object in [
                b"abc".to_vec().into_pyobject(py),
                b"abc".as_slice().into_pyobject(py),
                b"abc".into_pyobject(py),
                (*b"abc").into_pyobject(py),
                Cow::Borrowed(b"abc".as_slice()).into_pyobject(py),
            ] {
                assert_eq!(object.unwrap().extract::<&[u8]>().unwrap(), b"abc");
            }
        });
    }
}
