use exuvia::prelude::*;

#[pyclass(subclass)]
struct Base {
    value: i64,
}

#[pyclass(extends = Base)]
struct Sub {
    other: i64,
}

fn both(mut sub: PyRefMut<'_, Sub>) {
    let mut base = sub.as_super();
    sub.other = 1;
    base.value = 1;
}

fn outlives(sub: PyRef<'_, Sub>) -> &Base {
    sub.as_ref()
}

#[pyclass(subclass, frozen)]
struct Frozen {}

#[pyclass(extends = Frozen)]
struct Changing {}

fn of_frozen(mut changing: PyRefMut<'_, Changing>) {
    changing.as_super();
}

fn main() {}
