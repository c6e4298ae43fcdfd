//! The functions and classes that are measured, as rust-cpython's users write them.

// `py_module_initializer!` makes functions such as `PyInit_calls`.
#![allow(non_snake_case)]

use std::cell::Cell;
use std::collections::HashMap;

use cpython::buffer::PyBuffer;
use cpython::exc::{BufferError, IndexError, TypeError, ValueError};
use cpython::{
    py_class, py_fn, py_module_initializer, CompareOp, ObjectProtocol, PyBytes, PyClone, PyDict, PyErr,
    PyNone, PyObject, PyResult, PyString, PyTuple, Python, PythonObject, ToPyObject,
};

py_class!(class Point |py| {
    data x_: Cell<f64>;
    data y_: Cell<f64>;

    def __new__(_cls, x: f64, y: f64) -> PyResult<Point> {
        Point::create_instance(py, Cell::new(x), Cell::new(y))
    }

    @property
    def x(&self) -> PyResult<f64> {
        Ok(self.x_(py).get())
    }

    @x.setter
    def set_x(&self, value: Option<f64>) -> PyResult<()> {
        set(py, self.x_(py), value)
    }

    @property
    def y(&self) -> PyResult<f64> {
        Ok(self.y_(py).get())
    }

    @y.setter
    def set_y(&self, value: Option<f64>) -> PyResult<()> {
        set(py, self.y_(py), value)
    }

    def product(&self) -> PyResult<f64> {
        Ok(self.x_(py).get() * self.y_(py).get())
    }

    def scaled(&self, factor: f64) -> PyResult<f64> {
        Ok(self.x_(py).get() * self.y_(py).get() * factor)
    }

    def shift(&self, dx: f64) -> PyResult<PyNone> {
        self.x_(py).set(self.x_(py).get() + dx);
        Ok(PyNone)
    }

    def dot(&self, other: &Point) -> PyResult<f64> {
        Ok(self.x_(py).get() * other.x_(py).get() + self.y_(py).get() * other.y_(py).get())
    }

    def __len__(&self) -> PyResult<usize> {
        Ok(2)
    }

    def __add__(left, right) -> PyResult<PyObject> {
        match (left.cast_as::<Point>(py), right.cast_as::<Point>(py)) {
            (Ok(a), Ok(b)) => Ok(Point::create_instance(
                py,
                Cell::new(a.x_(py).get() + b.x_(py).get()),
                Cell::new(a.y_(py).get() + b.y_(py).get()),
            )?
            .into_object()),
            _ => Ok(py.NotImplemented()),
        }
    }

    def __richcmp__(&self, other: PyObject, op: CompareOp) -> PyResult<PyObject> {
        let Ok(other) = other.cast_as::<Point>(py) else {
            return Ok(py.NotImplemented());
        };
        let equal = self.x_(py).get() == other.x_(py).get() && self.y_(py).get() == other.y_(py).get();
        Ok(match op {
            CompareOp::Eq => equal.to_py_object(py).into_object(),
            CompareOp::Ne => (!equal).to_py_object(py).into_object(),
            _ => py.NotImplemented(),
        })
    }

    def __hash__(&self) -> PyResult<u64> {
        Ok(self.x_(py).get().to_bits() ^ self.y_(py).get().to_bits().rotate_left(32))
    }

    def __getitem__(&self, key: isize) -> PyResult<f64> {
        match key {
            0 => Ok(self.x_(py).get()),
            1 => Ok(self.y_(py).get()),
            _ => Err(PyErr::new::<IndexError, _>(py, "0 or 1")),
        }
    }
});

fn set(py: Python<'_>, field: &Cell<f64>, value: Option<f64>) -> PyResult<()> {
    match value {
        Some(value) => {
            field.set(value);
            Ok(())
        }
        None => Err(PyErr::new::<TypeError, _>(py, "cannot be deleted")),
    }
}

py_class!(class Fixed |py| {
    data x: f64;
    data y: f64;

    def __new__(_cls, x: f64, y: f64) -> PyResult<Fixed> {
        Fixed::create_instance(py, x, y)
    }

    def product(&self) -> PyResult<f64> {
        Ok(self.x(py) * self.y(py))
    }
});

py_class!(class Countdown |py| {
    data left: Cell<u32>;

    def __new__(_cls, left: u32) -> PyResult<Countdown> {
        Countdown::create_instance(py, Cell::new(left))
    }

    def __iter__(&self) -> PyResult<PyObject> {
        Ok(self.as_object().clone_ref(py))
    }

    def __next__(&self) -> PyResult<Option<u32>> {
        let left = self.left(py);
        Ok(left.get().checked_sub(1).map(|next| {
            left.set(next);
            next
        }))
    }
});

fn noop(_: Python<'_>) -> PyResult<PyNone> {
    Ok(PyNone)
}

fn add(_: Python<'_>, a: i64, b: i64) -> PyResult<i64> {
    Ok(a.wrapping_add(b))
}

fn length(_: Python<'_>, text: &str) -> PyResult<usize> {
    Ok(text.len())
}

fn greeting(py: Python<'_>) -> PyResult<PyString> {
    Ok(PyString::new(py, "hello, world"))
}

fn size(py: Python<'_>, data: PyBytes) -> PyResult<usize> {
    Ok(data.data(py).len())
}

fn keywords(_: Python<'_>, a: i64, b: Option<i64>, count: i64) -> PyResult<i64> {
    Ok(a + b.unwrap_or(2) + count)
}

fn count(py: Python<'_>, args: &PyTuple, _: Option<&PyDict>) -> PyResult<usize> {
    Ok(args.len(py))
}

fn sum(_: Python<'_>, items: Vec<f64>) -> PyResult<f64> {
    Ok(items.iter().sum())
}

fn numbers(_: Python<'_>, count: u32) -> PyResult<Vec<u32>> {
    Ok((0..count).collect())
}

fn total(py: Python<'_>, mapping: PyDict) -> PyResult<i64> {
    let mut total = 0;
    for (_, value) in mapping.items(py) {
        total += value.extract::<i64>(py)?;
    }
    Ok(total)
}

fn squares(py: Python<'_>, count: u32) -> PyResult<PyDict> {
    let squares = PyDict::new(py);
    for number in 0..count {
        squares.set_item(py, number, number * number)?;
    }
    Ok(squares)
}

fn echo(py: Python<'_>, mapping: PyDict) -> PyResult<HashMap<String, i64>> {
    let mut map = HashMap::new();
    for (key, value) in mapping.items(py) {
        map.insert(key.extract(py)?, value.extract(py)?);
    }
    Ok(map)
}

fn swap(_: Python<'_>, a: i64, b: i64) -> PyResult<(i64, i64)> {
    Ok((b, a))
}

fn fail(py: Python<'_>) -> PyResult<PyNone> {
    Err(PyErr::new::<ValueError, _>(py, "failed"))
}

fn apply(py: Python<'_>, function: PyObject, count: i64) -> PyResult<i64> {
    let mut total = 0;
    for number in 0..count {
        total += function.call(py, (number,), None)?.extract::<i64>(py)?;
    }
    Ok(total)
}

fn sum_buffer(py: Python<'_>, values: PyObject) -> PyResult<f64> {
    let buffer = PyBuffer::get(py, &values)?;
    match buffer.as_slice::<f64>(py) {
        Some(values) => Ok(values.iter().map(|value| value.get()).sum()),
        None => Err(PyErr::new::<BufferError, _>(py, "expected a contiguous buffer of doubles")),
    }
}

py_module_initializer!(calls, |py, m| {
    m.add_class::<Point>(py)?;
    m.add_class::<Fixed>(py)?;
    m.add_class::<Countdown>(py)?;
    m.add(py, "noop", py_fn!(py, noop()))?;
    m.add(py, "add", py_fn!(py, add(a: i64, b: i64)))?;
    m.add(py, "length", py_fn!(py, length(text: &str)))?;
    m.add(py, "greeting", py_fn!(py, greeting()))?;
    m.add(py, "size", py_fn!(py, size(data: PyBytes)))?;
    m.add(py, "keywords", py_fn!(py, keywords(a: i64, b: Option<i64> = None, count: i64 = 3)))?;
    m.add(py, "count", py_fn!(py, count(*args, **kwargs)))?;
    m.add(py, "sum", py_fn!(py, sum(items: Vec<f64>)))?;
    m.add(py, "numbers", py_fn!(py, numbers(count: u32)))?;
    m.add(py, "total", py_fn!(py, total(mapping: PyDict)))?;
    m.add(py, "squares", py_fn!(py, squares(count: u32)))?;
    m.add(py, "echo", py_fn!(py, echo(mapping: PyDict)))?;
    m.add(py, "swap", py_fn!(py, swap(a: i64, b: i64)))?;
    m.add(py, "fail", py_fn!(py, fail()))?;
    m.add(py, "apply", py_fn!(py, apply(function: PyObject, count: i64)))?;
    m.add(py, "sum_buffer", py_fn!(py, sum_buffer(values: PyObject)))?;
    Ok(())
});
