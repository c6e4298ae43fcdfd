"""Functions of numbers and truth values, which have a form of their own."""

import ctypes
import inspect
import math
import sys

import exuvia_bindings_tests
import pytest
from exuvia_bindings_tests import scalars
from hypothesis import given
from hypothesis import strategies as st


def test_as_many_arguments_as_there_is_room_for():
    assert scalars.eight(-1, 2, -300, 400, 0.5, 2**40, -(2**50), True) == -1 + 2 - 300 + 400 + 0.5 + 2**40 - 2**50 + 1
    names = {"a": 1, "b": 2, "c": 3, "d": 4, "e": 5.0, "f": 6, "g": 7, "h": False}
    assert scalars.eight(**names) == 28.0
    assert scalars.eight(1, 2, 3, **{name: names[name] for name in "defgh"}) == 28.0


def test_one_more():
    assert scalars.nine(1, 2, 3, 4, 5, 6, 7, 8, 9) == 123456789
    assert scalars.nine(i=9, h=8, g=7, f=6, e=5, d=4, c=3, b=2, a=1) == 123456789


def test_arguments_find_their_parameters():
    assert scalars.difference(10.0, 1.0) == 9.0
    assert scalars.difference(b=10.0, a=1.0) == -9.0
    assert scalars.first_by_position(3, 4) == 304
    assert scalars.first_by_position(3, b=4) == 304
    with pytest.raises(TypeError):
        scalars.first_by_position(a=3, b=4)


def test_names_that_the_macros_might_use():
    assert scalars.implementation(1.5) == 2.5
    assert scalars.shim() == 7 and scalars.shim(8) == 8


def test_results():
    assert scalars.nothing(1.0) is None
    assert scalars.half(8) == 4
    assert scalars.refuse(False) is None
    with pytest.raises(ValueError, match="^odd$"):
        scalars.half(7)
    with pytest.raises(ValueError, match="^refused$"):
        scalars.refuse(True)


@pytest.mark.parametrize(
    "arguments, name",
    [
        ((128, 0, 0, 0, 0.0, 0, 0, True), "a"),
        ((0, -1, 0, 0, 0.0, 0, 0, True), "b"),
        ((0, 0, 0, 0, "", 0, 0, True), "e"),
        ((0, 0, 0, 0, 0.0, 0, 0, 1), "h"),
    ],
)
def test_the_argument_that_does_not_convert_is_named(arguments, name):
    with pytest.raises((TypeError, OverflowError)) as caught:
        scalars.eight(*arguments)
    if sys.version_info >= (3, 11):
        assert caught.value.__notes__ == [f"while processing '{name}'"]


def test_arguments_are_counted(raises_exactly):
    with raises_exactly(TypeError, "half() missing 1 required positional argument: 'a'"):
        scalars.half()
    with raises_exactly(TypeError, "half() takes 1 positional arguments but 2 were given"):
        scalars.half(1, 2)
    with raises_exactly(TypeError, "Meter.add() missing 1 required positional argument: 'times'"):
        scalars.Meter(1.0).add(1.0)
    with raises_exactly(TypeError, "half() got an unexpected keyword argument 'b'"):
        scalars.half(b=1)


def test_signatures():
    assert str(inspect.signature(scalars.eight)) == "(a, b, c, d, e, f, g, h)"
    assert str(inspect.signature(scalars.first_by_position)) == "(a, /, b)"
    assert str(inspect.signature(scalars.Meter)) == "(start)"


def test_methods():
    meter = scalars.Meter(2.0)
    assert meter.add(1.5, 2) == 5.0
    assert meter.add(times=1, by=1.0) == 6.0
    assert meter.times(7) == 42
    assert meter.limit(4.0) is True and meter.limit(4.0) is False
    with pytest.raises(ValueError, match="^negative$"):
        meter.limit(-1.0)
    assert meter.total() == 4.0
    assert meter.reset() is None and meter.total() == 0.0
    assert scalars.Meter.sum(1.0, 2.0) == 3.0


def test_panics_give_the_receiver_back():
    meter = scalars.Meter(1.0)
    for call in (lambda: scalars.explode(1), lambda: meter.explode(3.0)):
        with pytest.raises(BaseException) as caught:
            call()
        assert type(caught.value).__name__ == "PanicException"
    assert meter.total() == 3.0
    assert meter.add(1.0, 1) == 4.0


class Number:
    """Converts itself by calling something."""

    def __init__(self, call):
        self.call = call

    def __float__(self):
        self.call()
        return 1.0

    def __index__(self):
        self.call()
        return 1


def test_the_receiver_is_borrowed_while_arguments_are_converted(raises_for_argument):
    meter = scalars.Meter(1.0)
    with raises_for_argument("by", RuntimeError, "Already mutably borrowed"):
        meter.add(Number(meter.total), 1)
    with raises_for_argument("by", RuntimeError, "Already borrowed"):
        meter.add(Number(meter.reset), 1)
    with raises_for_argument("by", RuntimeError, "Already borrowed"):
        meter.times(Number(meter.reset))
    assert meter.times(Number(meter.total)) == 1
    # All has been given back.
    assert meter.add(1.0, 1) == 2.0


def test_frozen_classes_need_no_borrow():
    still = scalars.Still(3)
    assert still.area() == 9 and still.scaled(5) == 15
    assert still.scaled(Number(still.area)) == 3
    with pytest.raises(ValueError, match="^negative$"):
        scalars.Still(-1)


def test_constructors():
    assert scalars.Meter(start=2.5).total() == 2.5
    assert scalars.Meter.__new__(scalars.Meter, 1.5).total() == 1.5
    assert scalars.Meter.__new__(scalars.Meter, start=1.5).total() == 1.5
    assert scalars.Kept(12345).length() == 5
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'start'"):
        scalars.Meter()
    with pytest.raises(TypeError):
        scalars.Meter("1")


def test_subclasses():
    class Double(scalars.Meter):
        def __new__(cls, start):
            return super().__new__(cls, start * 2)

        def total(self):
            return -super().total()

    double = Double(4.0)
    assert type(double) is Double and double.total() == -8.0
    assert double.add(1.0, 1) == 9.0

    class Initialized(scalars.Meter):
        def __init__(self, start):
            self.reset()

    assert Initialized(4.0).total() == 0.0


def test_subclasses_made_in_c():
    """They inherit what a class statement would not."""
    subclass = made_in_c(scalars.Meter)
    assert subclass.__base__ is scalars.Meter and issubclass(subclass, scalars.Meter)
    meter = subclass(2.0)
    assert type(meter) is subclass and meter.total() == 2.0
    assert meter.add(1.0, 3) == 5.0
    assert subclass.__new__(subclass, start=1.5).total() == 1.5

    class Further(subclass):
        pass

    assert Further(4.0).total() == 4.0


def made_in_c(base):
    """What an extension module in C makes of `base`, by `PyType_FromSpecWithBases`."""

    class Slot(ctypes.Structure):
        _fields_ = [("slot", ctypes.c_int), ("function", ctypes.c_void_p)]

    class Spec(ctypes.Structure):
        _fields_ = [
            ("name", ctypes.c_char_p),
            ("basicsize", ctypes.c_int),
            ("itemsize", ctypes.c_int),
            ("flags", ctypes.c_uint),
            ("slots", ctypes.POINTER(Slot)),
        ]

    make = ctypes.pythonapi.PyType_FromSpecWithBases
    make.restype, make.argtypes = ctypes.py_object, [ctypes.POINTER(Spec), ctypes.py_object]
    subclassable = 1 << 10
    spec = Spec(b"tests.MadeInC", 0, 0, subclassable, (Slot * 1)(Slot(0, None)))
    return make(spec, (base,))


@given(st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False), st.integers(0, 255))
def test_values_travel_unchanged(number, real, count):
    assert scalars.difference(real, 0.0) == real
    if number % 2 == 0:
        assert scalars.half(number) == number // 2
    meter = scalars.Meter(0.0)
    assert meter.add(1.0, count) == count


WHOLE = {f"{sign}{bits}": (bits, sign) for sign in "iu" for bits in (8, 16, 32, 64)}
WHOLE |= {"isize": (64, "i"), "usize": (64, "u")}


@pytest.mark.parametrize("name", WHOLE)
@given(data=st.data())
def test_whole_numbers_there_and_back(name, data):
    bits, sign = WHOLE[name]
    low, high = (0, 2**bits - 1) if sign == "u" else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
    same = getattr(scalars, f"same_{name}")
    for number in (low, high, data.draw(st.integers(low, high))):
        assert same(number) == number and type(same(number)) is int
    for outside in (low - 1, high + 1):
        with pytest.raises(OverflowError):
            same(outside)


@given(st.floats(allow_nan=False), st.floats(width=32, allow_nan=False), st.booleans())
def test_other_scalars_there_and_back(real, single, truth):
    assert scalars.same_f64(real) == real
    assert scalars.same_f32(single) == single
    assert scalars.same_bool(truth) is truth
    assert math.isnan(scalars.same_f64(math.nan)) and math.isnan(scalars.same_f32(math.nan))
    assert math.copysign(1, scalars.same_f64(-0.0)) == -1


def test_errors_of_other_types():
    assert scalars.root(4.0) == 2.0
    with pytest.raises(ValueError, match="^negative$"):
        scalars.root(-1.0)


def test_methods_that_the_macros_might_call():
    assert scalars.converted(1.0) == 13
    assert scalars.converted_text(1.0, "thirteen") == "thirteen 13"


@pytest.mark.parametrize("name", ["Watchful", "Careful"])
def test_without_memory_for_the_instance(name):
    testing = pytest.importorskip("_testcapi")
    cls = getattr(scalars, name)
    assert cls(7).number() == 7
    # What has died leaves memory to the next ones: so many are alive that there is none left.
    alive = [cls(number) for number in range(100)]
    scalars.Watchful.raised_while_dropped()
    refused = 0
    for allocation in range(20):
        made = None
        testing.set_nomemory(allocation, allocation + 1)
        try:
            made = cls(1000)
        except MemoryError:
            refused += 1
        finally:
            testing.remove_mem_hooks()
        if made is not None:
            assert made.number() == 1000
            alive.append(made)
    assert refused > 0
    assert scalars.Watchful.raised_while_dropped() == 0
    assert [each.number() for each in alive[:100]] == list(range(100))


def reused(make):
    """Has an instance the address of the one that died before, though others of every size were made in between?"""
    dead = make()
    address = id(dead)
    del dead
    # Bytes of 33 bytes and more, and complex numbers of 32.
    others = [[bytes(size) for size in range(0, 512, 8)] + [complex(size)] for size in range(64)]
    answer = id(make()) == address
    del others
    return answer


def test_builds_for_speed_keep_the_memory_of_dead_instances():
    kept = scalars.BUILT_FOR_SPEED == "true" and exuvia_bindings_tests.ENGINE == "exuvia" and has_gil()
    for cls in (scalars.Meter, scalars.Still, scalars.Kept, scalars.Empty, scalars.Aligned):
        assert reused(lambda: cls(1)) == kept, cls

    class Slotted(scalars.Empty):
        __slots__ = ()

    # An instance of a Python subclass is no instance of the class, though it is as large.
    slotted = Slotted(1)
    address = id(slotted)
    del slotted
    empty = scalars.Empty(1)
    assert type(empty) is scalars.Empty
    assert not kept or id(empty) != address


def has_gil():
    return getattr(sys, "_is_gil_enabled", lambda: True)()


def test_instances_die_while_instances_die():
    scalars.Link.made()
    scalars.Link(100)
    assert scalars.Link.made() == 101
    links = [scalars.Link(number % 7) for number in range(200)]
    del links
    assert scalars.Link.made() == sum(number % 7 + 1 for number in range(200))


def test_large_empty_and_aligned_instances():
    for count in (1, 16, 17, 100):
        large = [scalars.Large(number) for number in range(count)]
        aligned = [scalars.Aligned(number) for number in range(count)]
        empty = [scalars.Empty(0) for _ in range(count)]
        assert [each.sum() for each in large] == [100 * number for number in range(count)]
        assert [each.sum() for each in aligned] == [16 * number for number in range(count)]
        assert len({id(each) for each in empty}) == count


def test_what_instances_hold_is_theirs_whoever_died_before():
    class Named(scalars.Meter):
        def __init__(self, start):
            self.name = f"meter {start}"

    for count in (1, 15, 16, 17, 100):
        meters = [scalars.Meter(float(number)) for number in range(count)]
        kept = [scalars.Kept(10**number) for number in range(count % 19)]
        named = [Named(float(number)) for number in range(count)]
        assert [meter.total() for meter in meters] == [float(number) for number in range(count)]
        assert [each.length() for each in kept] == list(range(1, count % 19 + 1))
        assert [each.name for each in named] == [f"meter {float(number)}" for number in range(count)]
        # What is borrowed when it dies cannot be: the next one is free to be borrowed.
        assert all(meter.add(1.0, 1) == number + 1.0 for number, meter in enumerate(meters))
        del meters, kept, named
    references = sys.getrefcount(scalars.Meter)
    for _ in range(1000):
        scalars.Meter(1.0)
    afterwards = sys.getrefcount(scalars.Meter)
    assert afterwards == references
