//! Containers: conversions that go through Rust collections, and the methods of Python's own.

use exuvia::prelude::*;

#[pymodule]
pub mod containers {
    use std::borrow::Cow;
    use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

    use exuvia::exceptions::PyAssertionError;
    use exuvia::prelude::*;
    use exuvia::types::{
        IntoPyDict, PyDict, PyFrozenSet, PyIterator, PyList, PyMapping, PySequence, PySet, PySlice,
        PyTuple,
    };

    #[pyfunction]
    fn ints(value: Vec<i64>) -> Vec<i64> {
        value
    }

    #[pyfunction]
    fn floats(value: Vec<f64>) -> Vec<f64> {
        value
    }

    #[pyfunction]
    fn strings(value: Vec<String>) -> Vec<String> {
        value
    }

    #[pyfunction]
    fn nested(value: Vec<Vec<Option<i64>>>) -> Vec<Vec<Option<i64>>> {
        value
    }

    #[pyfunction]
    fn objects(value: Vec<Py<PyAny>>) -> Vec<Py<PyAny>> {
        value
    }

    #[pyfunction]
    fn pairs(value: Vec<(String, i64)>) -> Vec<(String, i64)> {
        value
    }

    #[pyfunction]
    fn array_of_three(value: [i64; 3]) -> [i64; 3] {
        value
    }

    #[pyfunction]
    fn empty_array(value: [i64; 0]) -> [i64; 0] {
        value
    }

    #[pyfunction]
    fn array_of_strings(value: [String; 2]) -> [String; 2] {
        value
    }

    #[pyfunction]
    fn slice_of_ints(py: Python<'_>) -> PyResult<Py<PyAny>> {
        let values: &[i64] = &[1, 2, 3];
        Ok(values.into_pyobject(py)?.into_any().unbind())
    }

    #[pyfunction]
    fn cow_of_ints() -> Cow<'static, [i64]> {
        Cow::Borrowed(&[1, 2, 3])
    }

    #[pyfunction]
    fn hash_map(value: HashMap<String, i64>) -> HashMap<String, i64> {
        value
    }

    #[pyfunction]
    fn btree_map(value: BTreeMap<i64, Vec<String>>) -> BTreeMap<i64, Vec<String>> {
        value
    }

    #[pyfunction]
    fn hash_set(value: HashSet<i64>) -> HashSet<i64> {
        value
    }

    #[pyfunction]
    fn btree_set(value: BTreeSet<String>) -> BTreeSet<String> {
        value
    }

    #[pyfunction]
    fn tuple1(value: (i64,)) -> (i64,) {
        value
    }

    #[pyfunction]
    fn tuple2(value: (i64, String)) -> (i64, String) {
        value
    }

    #[pyfunction]
    fn tuple3(value: (i64, String, f64)) -> (i64, String, f64) {
        value
    }

    type Twelve<T> = (T, T, T, T, T, T, T, T, T, T, T, T);

    #[pyfunction]
    fn tuple12(value: Twelve<u8>) -> Twelve<u8> {
        value
    }

    #[pyfunction]
    fn list_object<'py>(value: &Bound<'py, PyList>) -> Bound<'py, PyList> {
        value.clone()
    }

    #[pyfunction]
    fn tuple_object<'py>(value: &Bound<'py, PyTuple>) -> Bound<'py, PyTuple> {
        value.clone()
    }

    #[pyfunction]
    fn dict_object<'py>(value: &Bound<'py, PyDict>) -> Bound<'py, PyDict> {
        value.clone()
    }

    #[pyfunction]
    fn set_object<'py>(value: &Bound<'py, PySet>) -> Bound<'py, PySet> {
        value.clone()
    }

    #[pyfunction]
    fn frozenset_object<'py>(value: &Bound<'py, PyFrozenSet>) -> Bound<'py, PyFrozenSet> {
        value.clone()
    }

    #[pyfunction]
    fn sequence_object<'py>(
        value: &Bound<'py, PySequence>,
    ) -> PyResult<(usize, Bound<'py, PyList>)> {
        Ok((value.len()?, value.to_list()?))
    }

    #[pyfunction]
    fn mapping_object<'py>(value: &Bound<'py, PyMapping>) -> PyResult<(usize, Bound<'py, PyList>)> {
        Ok((value.len()?, value.items()?))
    }

    #[pyfunction]
    fn slice_object(
        value: &Bound<'_, PySlice>,
        length: isize,
    ) -> PyResult<(isize, isize, isize, usize)> {
        let indices = value.indices(length)?;
        Ok((
            indices.start,
            indices.stop,
            indices.step,
            indices.slicelength,
        ))
    }

    #[pyfunction]
    fn new_slice(py: Python<'_>, start: isize, stop: isize, step: isize) -> Bound<'_, PySlice> {
        PySlice::new(py, start, stop, step)
    }

    #[pyfunction]
    fn full_slice(py: Python<'_>) -> Bound<'_, PySlice> {
        PySlice::full(py)
    }

    fn check(holds: bool, what: &str) -> PyResult<()> {
        if holds {
            Ok(())
        } else {
            Err(PyAssertionError::new_err(what.to_owned()))
        }
    }

    macro_rules! holds {
        ($($condition:tt)*) => {
            check($($condition)*, stringify!($($condition)*))?
        };
    }

    /// Every method of `PyList`, told in assertions.
    #[pyfunction]
    fn list_methods(py: Python<'_>) -> PyResult<()> {
        let list = PyList::empty(py);
        holds!(list.is_empty());
        list.append(3)?;
        list.append("two")?;
        list.insert(0, 1.5)?;
        holds!(list.len() == 3);
        holds!(list.get_item(0)?.extract::<f64>()? == 1.5);
        holds!(list.get_item(3).is_err());
        let missing = list.get_item(3).unwrap_err();
        holds!(missing.is_instance_of::<exuvia::exceptions::PyIndexError>(py));
        list.set_item(0, 7)?;
        holds!(list.set_item(9, 7).is_err());
        holds!(list.contains(7)?);
        holds!(!list.contains("seven")?);
        holds!(list.index("two")? == 2);
        list.del_item(2)?;
        holds!(list.extract::<Vec<i64>>()? == [7, 3]);
        list.sort()?;
        holds!(list.extract::<Vec<i64>>()? == [3, 7]);
        list.reverse()?;
        holds!(list.extract::<Vec<i64>>()? == [7, 3]);
        holds!(list.to_tuple().extract::<(i64, i64)>()? == (7, 3));
        holds!(list.get_slice(1, 9).extract::<Vec<i64>>()? == [3]);
        list.set_slice(0, 1, PyList::new(py, [1, 2])?.as_any())?;
        holds!(list.extract::<Vec<i64>>()? == [1, 2, 3]);
        list.del_slice(1, 3)?;
        holds!(list.extract::<Vec<i64>>()? == [1]);
        holds!(list.as_sequence().len()? == 1);

        let list = PyList::new(py, 0..5)?;
        let forward: Vec<i64> = list
            .iter()
            .map(|item| item.extract())
            .collect::<PyResult<_>>()?;
        holds!(forward == [0, 1, 2, 3, 4]);
        let backward: Vec<i64> = list
            .iter()
            .rev()
            .map(|item| item.extract())
            .collect::<PyResult<_>>()?;
        holds!(backward == [4, 3, 2, 1, 0]);
        holds!(list.iter().len() == 5);
        let mut total = 0;
        for item in &list {
            total += item.extract::<i64>()?;
        }
        holds!(total == 10);
        // A list that grows while it is walked ends where it ended when the walk began, or later, but never past its end.
        let mut seen = 0;
        for item in list.iter() {
            if seen == 0 {
                list.del_slice(1, 5)?;
            }
            let _: i64 = item.extract()?;
            seen += 1;
        }
        holds!(seen == 1);
        Ok(())
    }

    #[pyfunction]
    fn tuple_methods(py: Python<'_>) -> PyResult<()> {
        let empty = PyTuple::empty(py);
        holds!(empty.is_empty());
        let tuple = PyTuple::new(py, ["a", "b", "c"])?;
        holds!(tuple.len() == 3);
        holds!(tuple.get_item(1)?.extract::<String>()? == "b");
        holds!(tuple.get_item(3).is_err());
        holds!(tuple.get_borrowed_item(2)?.extract::<String>()? == "c");
        holds!(tuple.contains("a")?);
        holds!(tuple.index("c")? == 2);
        holds!(tuple.get_slice(1, 3).extract::<(String, String)>()? == ("b".into(), "c".into()));
        holds!(tuple.to_list().len() == 3);
        holds!(tuple.as_sequence().len()? == 3);
        let joined: String = tuple.iter().map(|item| item.to_string()).collect();
        holds!(joined == "abc");
        let reversed: String = tuple
            .iter_borrowed()
            .rev()
            .map(|item| item.to_string())
            .collect();
        holds!(reversed == "cba");
        Ok(())
    }

    #[pyfunction]
    fn dict_methods(py: Python<'_>) -> PyResult<()> {
        let dict = PyDict::new(py);
        holds!(dict.is_empty());
        dict.set_item("one", 1)?;
        dict.set_item(2, "two")?;
        holds!(dict.len() == 2);
        holds!(dict.contains("one")?);
        holds!(!dict.contains("three")?);
        holds!(dict.get_item("three")?.is_none());
        holds!(dict.get_item(2)?.unwrap().extract::<String>()? == "two");
        let unhashable = dict.get_item(PyList::empty(py)).unwrap_err();
        holds!(unhashable.is_instance_of::<exuvia::exceptions::PyTypeError>(py));
        holds!(
            dict.del_item("three")
                .unwrap_err()
                .is_instance_of::<exuvia::exceptions::PyKeyError>(py)
        );
        holds!(dict.keys().len() == 2);
        holds!(dict.values().get_item(0)?.extract::<i64>()? == 1);
        holds!(dict.items().get_item(1)?.extract::<(i64, String)>()? == (2, "two".into()));
        let copy = dict.copy()?;
        dict.del_item("one")?;
        holds!(copy.len() == 2);
        holds!(dict.len() == 1);
        let mut seen = 0;
        for (key, value) in &copy {
            holds!(copy.get_item(key)?.unwrap().eq(value)?);
            seen += 1;
        }
        holds!(seen == 2);
        holds!(copy.iter().len() == 2);
        dict.update(copy.as_mapping())?;
        holds!(dict.len() == 2);
        copy.clear();
        holds!(copy.is_empty());
        let made = [("a", 1), ("b", 2)].into_py_dict(py)?;
        holds!(
            made.extract::<HashMap<String, i64>>()?
                == HashMap::from([("a".into(), 1), ("b".into(), 2)])
        );
        holds!(made.as_mapping().len()? == 2);
        Ok(())
    }

    /// Iterate a dictionary while the caller's function changes it.
    #[pyfunction]
    fn dict_changed_while_walked(dict: &Bound<'_, PyDict>) -> PyResult<usize> {
        let mut seen = 0;
        for (key, _) in dict.iter() {
            dict.set_item(format!("{key}+"), 0)?;
            seen += 1;
        }
        Ok(seen)
    }

    #[pyfunction]
    fn set_methods(py: Python<'_>) -> PyResult<()> {
        let set = PySet::new(py, [1, 2, 2])?;
        holds!(set.len() == 2);
        set.add(3)?;
        holds!(set.contains(3)?);
        holds!(set.discard(3)?);
        holds!(!set.discard(3)?);
        let mut walked: Vec<i64> = set
            .iter()
            .map(|item| item.extract())
            .collect::<PyResult<_>>()?;
        walked.sort();
        holds!(walked == [1, 2]);
        let popped = set.pop().unwrap();
        holds!(!set.contains(popped)?);
        set.clear();
        holds!(set.is_empty());
        holds!(set.pop().is_none());
        holds!(PySet::empty(py)?.is_empty());
        let frozen = PyFrozenSet::new(py, ["a", "b"])?;
        holds!(frozen.len() == 2);
        holds!(frozen.contains("a")?);
        let mut walked: Vec<String> = frozen
            .iter()
            .map(|item| item.extract())
            .collect::<PyResult<_>>()?;
        walked.sort();
        holds!(walked == ["a", "b"]);
        holds!(PyFrozenSet::empty(py)?.is_empty());
        Ok(())
    }

    #[pyfunction]
    fn sequence_methods(sequence: &Bound<'_, PySequence>) -> PyResult<()> {
        let py = sequence.py();
        holds!(sequence.len()? == 3);
        holds!(!sequence.is_empty()?);
        holds!(sequence.get_item(0)?.extract::<i64>()? == 1);
        holds!(sequence.contains(2)?);
        holds!(sequence.index(3)? == 2);
        holds!(sequence.count(1)? == 1);
        holds!(sequence.concat(sequence)?.len()? == 6);
        holds!(sequence.repeat(2)?.len()? == 6);
        holds!(sequence.get_slice(1, 3)?.len()? == 2);
        holds!(sequence.to_tuple()?.len() == 3);
        sequence.set_item(0, 9)?;
        holds!(sequence.get_item(0)?.extract::<i64>()? == 9);
        sequence.set_slice(0, 1, PyList::new(py, [1])?.as_any())?;
        sequence.del_item(2)?;
        holds!(sequence.to_list()?.extract::<Vec<i64>>()? == [1, 2]);
        sequence.del_slice(0, 1)?;
        sequence.in_place_concat(PyList::new(py, [5])?.as_sequence())?;
        sequence.in_place_repeat(2)?;
        holds!(sequence.to_list()?.extract::<Vec<i64>>()? == [2, 5, 2, 5]);
        Ok(())
    }

    #[pyfunction]
    fn mapping_methods(mapping: &Bound<'_, PyMapping>) -> PyResult<()> {
        holds!(mapping.is_empty()?);
        mapping.set_item("a", 1)?;
        mapping.set_item("b", 2)?;
        holds!(mapping.len()? == 2);
        holds!(mapping.contains("a")?);
        holds!(mapping.get_item("b")?.extract::<i64>()? == 2);
        holds!(mapping.get_item("c").is_err());
        mapping.del_item("a")?;
        holds!(mapping.keys()?.len() == 1);
        holds!(mapping.values()?.len() == 1);
        holds!(mapping.items()?.len() == 1);
        Ok(())
    }

    #[pyfunction]
    fn iterate(value: &Bound<'_, PyAny>) -> PyResult<Vec<i64>> {
        value.try_iter()?.map(|item| item?.extract()).collect()
    }

    #[pyfunction]
    fn iterator_object(value: &Bound<'_, PyIterator>) -> PyResult<usize> {
        let mut count = 0;
        for item in value {
            item?;
            count += 1;
        }
        Ok(count)
    }

    #[pyfunction]
    fn new_list_of_exact_length(py: Python<'_>, length: usize) -> PyResult<Bound<'_, PyList>> {
        PyList::new(py, (0..length).map(|i| i * i))
    }

    /// Conversion of the third item fails: no half-made list may escape or leak.
    #[pyfunction]
    fn list_with_a_failing_item(py: Python<'_>, witness: Py<PyAny>) -> PyResult<Bound<'_, PyList>> {
        struct Item(Py<PyAny>, bool);
        impl<'py> IntoPyObject<'py> for Item {
            type Target = PyAny;
            type Output = Bound<'py, PyAny>;
            type Error = PyErr;
            fn into_pyobject(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                if self.1 {
                    return Err(exuvia::exceptions::PyValueError::new_err("third item"));
                }
                Ok(self.0.into_bound(py))
            }
        }
        let items: Vec<Item> = (0..4)
            .map(|i| Item(witness.clone_ref(py), i == 2))
            .collect();
        PyList::new(py, items)
    }
}
