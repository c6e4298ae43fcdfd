"""Classes: construction, methods, receivers, borrows, inheritance."""

import gc
import inspect
import subprocess
import sys
import weakref

import pytest
from exuvia_bindings_tests import ENGINE, classes
from hypothesis import given
from hypothesis import strategies as st

FLOATS = st.floats(allow_nan=False, allow_infinity=False, width=32)


@given(FLOATS, FLOATS)
def test_construction(x, y):
    assert classes.Point(x, y).coordinates() == (x, y)
    assert classes.Point(y=y).coordinates() == (0.0, y)
    assert classes.Point().coordinates() == (0.0, 0.0)
    assert classes.new_in_rust(x, y).coordinates() == (x, y)
    assert type(classes.new_in_rust(x, y)) is classes.Point


def test_methods_of_every_kind():
    point = classes.Point(3, 4)
    assert point.norm() == 5.0
    assert point.shift(1, 1) is None
    assert point.coordinates() == (4.0, 5.0)
    assert classes.Point.diagonal(2).coordinates() == (2.0, 2.0)
    assert classes.Point.from_pair((1, 2)).coordinates() == (1.0, 2.0)
    assert point.mirrored().coordinates() == (-4.0, -5.0)
    assert not hasattr(point, "rust_mirror")
    assert repr(point) == str(point) == "Point(4, 5)"


def test_class_attributes():
    assert classes.Point.DIMENSIONS == 2
    assert classes.Point.origin_name == "origin"
    assert classes.Point().DIMENSIONS == 2


def test_documentation():
    assert inspect.getdoc(classes.Point) == "A point on a plane.\n\nBoth coordinates are floats."
    assert classes.Point.norm.__doc__ == "Distance from the origin."
    assert str(inspect.signature(classes.Point)) == "(x=0.0, y=0.0)"


def test_names():
    assert classes.Point.__name__ == classes.Point.__qualname__ == "Point"
    assert classes.Point.__module__ == "classes"
    assert classes.Point.norm.__qualname__ == "Point.norm"
    assert classes.PythonName.__name__ == "PythonName"
    assert classes.PythonName.__module__ == "some.package"
    assert repr(classes.PythonName) == "<class 'some.package.PythonName'>"
    assert not hasattr(classes, "RustName")


def test_no_attributes_beyond_those_declared():
    with pytest.raises(AttributeError):
        classes.Point().x
    with pytest.raises(AttributeError):
        classes.Point().new = 1
    assert not hasattr(classes.Point(), "__dict__")


def test_instances_as_arguments(raises_for_argument):
    assert classes.Point(0, 3).distance_to(classes.Point(4, 0)) == 5.0
    assert classes.sum_of_x([classes.Point(1), classes.Point(2)]) == 3.0
    point = classes.Point(1, 2)
    classes.double_in_place(point)
    assert point.coordinates() == (2.0, 4.0)
    assert classes.optional_point(None) is None
    assert classes.optional_point(classes.Point(3, 4)) == 5.0
    with raises_for_argument("other", TypeError, "'int' object is not an instance of 'Point'"):
        point.distance_to(5)
    with raises_for_argument("point", TypeError, "'tuple' object is not an instance of 'Point'"):
        classes.double_in_place((1, 2))


def test_instances_made_in_rust():
    assert classes.new_bound(4).coordinates() == (4.0, 1.0)
    assert type(classes.make_unconstructible()) is classes.Unconstructible


def test_a_class_without_constructor():
    with pytest.raises(TypeError, match="cannot create 'classes.Unconstructible' instances|No constructor defined"):
        classes.Unconstructible()


def test_a_constructor_that_fails():
    with pytest.raises(ValueError, match="^negative$"):
        classes.Fallible(-1)
    assert isinstance(classes.Fallible(1), classes.Fallible)


def test_new_called_by_hand():
    assert classes.Point.__new__(classes.Point, 1, 2).coordinates() == (1.0, 2.0)
    with pytest.raises(TypeError, match="not a subtype"):
        classes.Point.__new__(int)
    with pytest.raises(TypeError):
        object.__new__(classes.Point)


def test_initialising_again_changes_nothing():
    point = classes.Point(1, 2)
    point.__init__(5, 6)
    assert point.coordinates() == (1.0, 2.0)


# Receivers and borrows


def test_every_receiver():
    receivers = classes.Receivers()
    assert receivers.exclusive() == 1
    assert receivers.py_ref_mut() == 2
    for name in ("shared", "py_ref", "bound", "owned_bound", "owned_py"):
        assert getattr(receivers, name)() == 2, name
    assert receivers.itself() is receivers
    assert receivers.itself_mutably() is receivers
    assert receivers.shared() == 3


def test_borrows_exclude_each_other(raises_exactly):
    receivers = classes.Receivers()
    assert receivers.call_shared(receivers.shared) == 0
    with raises_exactly(RuntimeError, "Already borrowed"):
        receivers.call_shared(receivers.exclusive)
    with raises_exactly(RuntimeError, "Already borrowed"):
        receivers.call_shared(receivers.py_ref_mut)
    with raises_exactly(RuntimeError, "Already mutably borrowed"):
        receivers.call_exclusive(receivers.shared)
    with raises_exactly(RuntimeError, "Already mutably borrowed"):
        receivers.call_exclusive(receivers.py_ref)
    with raises_exactly(RuntimeError, "Already borrowed"):
        receivers.call_exclusive(receivers.exclusive)


def test_borrows_end_with_the_call():
    receivers = classes.Receivers()
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            receivers.call_exclusive(lambda: 1 / 0)
        with pytest.raises(RuntimeError):
            receivers.call_shared(receivers.exclusive)
    assert receivers.exclusive() == 4
    assert receivers.try_borrows() == (True, False, False, False)


def test_borrows_of_arguments(raises_for_argument):
    point = classes.Point(1, 2)
    with raises_for_argument("other", RuntimeError, "Already mutably borrowed"):
        point.assign(point)
    with raises_for_argument("other", RuntimeError, "Already borrowed"):
        point.swap(point)
    with raises_for_argument("second", RuntimeError, "Already borrowed"):
        classes.two_mutable(point, point)
    assert classes.two_shared(point, point) == 2.0
    other = classes.Point(5, 6)
    point.swap(other)
    assert (point.coordinates(), other.coordinates()) == ((5.0, 6.0), (1.0, 2.0))
    classes.two_mutable(point, other)
    assert point.coordinates() == (6.0, 6.0)


def test_a_frozen_class_is_never_borrowed():
    frozen = classes.Frozen(5)
    assert frozen.call(frozen.value) == 5
    assert frozen.call(lambda: frozen.call(frozen.hit)) == 1
    assert classes.get_without_borrow(frozen) == 5
    assert classes.get_detached(frozen) == 5


def test_casts(raises_exactly):
    assert classes.cast_to_point(classes.Point(7)) == 7.0
    assert classes.cast_into_point(classes.Point(7)) == 7.0
    with raises_exactly(TypeError, "'int' object is not an instance of 'Point'"):
        classes.cast_to_point(1)
    with raises_exactly(TypeError, "'str' object is not an instance of 'Point'"):
        classes.cast_into_point("x")


# Inheritance


def test_final_classes_cannot_be_inherited():
    with pytest.raises(TypeError, match="type 'classes.Point' is not an acceptable base type"):
        type("Sub", (classes.Point,), {})


class Derived(classes.Base):
    def __init__(self, value, name="unnamed"):
        self.name = name

    def value(self):
        return super().value() * 10


def test_inheritance():
    derived = Derived(4, name="four")
    assert derived.name == "four"
    assert derived.value() == 40
    assert classes.Base.value(derived) == 4
    assert derived.describe() == "Derived of 40"
    assert classes.Base(4).describe() == "Base of 4"
    assert Derived.class_name() == "Derived"
    assert isinstance(derived, classes.Base)
    assert classes.base_value(derived) == 4
    assert classes.is_exactly_base(derived) == (True, False)
    assert classes.is_exactly_base(classes.Base(1)) == (True, True)
    assert classes.is_exactly_base(5) == (False, False)
    assert derived.__dict__ == {"name": "four"}


def test_inheriting_with_slots_and_further():
    class Slotted(classes.Base):
        __slots__ = ("extra",)

        def __new__(cls, value):
            self = super().__new__(cls, value + 1)
            self.extra = value
            return self

    class Further(Slotted):
        pass

    further = Further(1)
    assert (further.value(), further.extra) == (2, 1)


def test_inherited_objects_are_freed():
    class Sub(classes.Base):
        pass

    sub = Sub(1)
    reference = weakref.ref(sub)
    del sub
    assert reference() is None
    cycle = Sub(2)
    cycle.itself = cycle
    reference = weakref.ref(cycle)
    del cycle
    gc.collect()
    assert reference() is None


def test_many_subclasses_leave_their_types_to_be_freed():
    def make():
        class Sub(classes.Base):
            pass

        Sub(1)
        return weakref.ref(Sub)

    reference = make()
    gc.collect()
    assert reference() is None


# Life and death


def test_objects_are_dropped_once():
    before = classes.alive()
    objects = [classes.Counted() for _ in range(100)]
    assert classes.alive() == before + 100
    del objects
    gc.collect()
    assert classes.alive() == before


def test_held_objects():
    held = [1]
    before = sys.getrefcount(held)
    holder = classes.Holder(held)
    assert sys.getrefcount(held) == before + 1
    assert holder.get() is held
    assert holder.replace(None) is held
    assert sys.getrefcount(held) == before
    del holder
    assert sys.getrefcount(held) == before


def test_types_count_their_instances():
    kind = classes.Point
    before = sys.getrefcount(kind)
    points = [kind() for _ in range(50)]
    assert sys.getrefcount(kind) == before + 50
    del points
    assert sys.getrefcount(kind) == before


def test_unit_and_tuple_structs():
    assert isinstance(classes.Empty(), classes.Empty)
    pair = classes.Pair(1, "one")
    assert (pair.number, pair.text()) == (1, "one")
    pair.number = 5
    assert pair.number == 5


def test_types_seen_from_rust():
    assert classes.class_of() == (classes.Point, TypeError)


def test_classes_are_immutable_or_not_as_the_oracle_says():
    # A heap type: attributes of the class can be set, and reach its instances.
    classes.Empty.added = 5
    try:
        assert classes.Empty().added == 5
    finally:
        del classes.Empty.added
    assert not hasattr(classes.Empty, "added")


def test_parts_under_conditions():
    value = classes.Conditional(3)
    assert value.kept == 3
    if ENGINE == "exuvia":
        assert 4 + classes.ConditionalOperator() == 7
    assert classes.Conditional.PRESENT == 1
    assert not hasattr(value, "left_out")
    assert not hasattr(value, "MISSING")
    assert classes.ConditionalVariant.Kept == 0
    assert not hasattr(classes.ConditionalVariant, "LeftOut")


def test_classes_made_by_macros():
    assert classes.Generated([1, 2]).items == [1, 2]
    assert classes.Generated([]).seven() == 7
    assert classes.Generated.__doc__.endswith("Made by a macro.")
    assert classes.GeneratedPrivate(5).item == 5
    assert classes.GeneratedPrivate(5).eight() == 8


def run(code):
    """A program in an interpreter of its own, for what cannot be undone in this one."""
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)


stricter_than_pyo3 = pytest.mark.skipif(
    ENGINE == "PyO3", reason="PyO3 0.30.1 allows it, and reads memory that no constructor has filled"
)


@stricter_than_pyo3
def test_replacing_the_constructor_does_not_open_that_of_object():
    done = run(
        "from exuvia_bindings_tests import classes\n"
        "classes.Point.__new__ = lambda cls: 'replaced'\n"
        "print(classes.Point())\n"
        "object.__new__(classes.Point)\n"
    )
    assert done.returncode == 1, done.stderr
    assert done.stdout == "replaced\n"
    assert "TypeError: cannot create 'classes.Point' instances" in done.stderr


def test_an_initializer_given_later_is_called():
    done = run(
        "from exuvia_bindings_tests import classes\n"
        "classes.Point.__init__ = lambda self, *args, **kwargs: print(args, kwargs)\n"
        "classes.Point(1.0, y=2.0)\n"
    )
    assert (done.returncode, done.stdout) == (0, "(1.0,) {'y': 2.0}\n"), done.stderr


@stricter_than_pyo3
def test_the_constructor_of_a_class_with_subclasses_cannot_be_replaced():
    with pytest.raises(TypeError, match="immutable type"):
        classes.Base.__new__ = lambda cls: None


@stricter_than_pyo3
def test_a_class_without_size_is_not_made_by_another_class_constructor():
    with pytest.raises(TypeError, match="lay-out conflict"):
        type("Both", (classes.Base, classes.Nothing), {})
