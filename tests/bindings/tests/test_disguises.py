"""Python code that wants to pass an object off as another one, or to have one without the Rust value that its class promises."""

import copy
import copyreg
import gc
import itertools
import operator
import pickle
import subprocess
import sys

import pytest
from exuvia_bindings_tests import (
    ENGINE,
    LIMITED,
    arguments,
    borrows,
    callbacks,
    classes,
    collected,
    complex_enums,
    coroutines,
    enums,
    inheritance,
    iteration,
    operators,
    options,
    panicking_slots,
    properties,
    protocols,
    scalars,
    stress,
    threads,
)

MAKE = [
    lambda: arguments.Receiver(1),
    borrows.Guarded,
    lambda: classes.Point(1.0, 2.0),
    classes.Receivers,
    lambda: classes.Frozen(5),
    classes.make_unconstructible,
    lambda: classes.Base(5),
    classes.Empty,
    lambda: classes.Holder(object()),
    lambda: classes.Pair(1, "text"),
    collected.Node,
    collected.Fork,
    collected.LinkedDict,
    collected.WithDict,
    lambda: complex_enums.Shape.Circle(1.0),
    lambda: complex_enums.Shape.Polygon(5, 1.0),
    lambda: coroutines.number(),
    lambda: enums.Plain.First,
    lambda: enums.Reset.Never,
    lambda: inheritance.Base(5),
    lambda: inheritance.Middle(5, "text"),
    lambda: inheritance.Last(5, "text", 2.5),
    inheritance.Counting,
    inheritance.CountingMore,
    inheritance.NamedSet,
    # PyO3 has no class that extends `list`.
    getattr(inheritance, "NamedList", inheritance.NamedSet),
    lambda: inheritance.Coded("text", 5),
    lambda: iteration.Countdown(5),
    lambda: operators.Residue(5),
    lambda: operators.Shelf("a"),
    options.WeaklyHeld,
    lambda: options.Open(2.5),
    lambda: options.Unsendable(5),
    lambda: options.Recycled(5),
    options.FixedSequence,
    properties.Fields,
    protocols.Descriptor,
    lambda: protocols.Initialised(5),
    lambda: scalars.Meter(2.5),
    lambda: scalars.Still(5),
    lambda: scalars.Empty(5),
    lambda: scalars.Aligned(5),
    stress.Twins,
    threads.Shared,
]
if not LIMITED:
    from exuvia_bindings_tests import buffers

    MAKE.append(lambda: buffers.Memory(b"1234"))
# Attributes whose access alone does something else than finding a descriptor.
WATCHED = {"__abstractmethods__", "__class__"}
# `Py_TPFLAGS_HEAPTYPE`: types that CPython does not have from the beginning.
HEAP_TYPE = 1 << 9


@pytest.fixture(scope="module")
def instances():
    made = [make() for make in MAKE]
    yield made
    for each in made:
        if hasattr(each, "close"):
            each.close()


@pytest.fixture(scope="module")
def bases(instances):
    """The classes that Python code can extend."""

    def can_be(cls):
        try:
            type("Sub", (cls,), {})
        except TypeError:
            return False
        return True

    return [type(each) for each in instances if can_be(type(each))]


def related(a, b):
    return issubclass(a, b) or issubclass(b, a)


@pytest.mark.skipif(
    ENGINE == "PyO3",
    reason="PyO3 0.30.1 lets a variant of a complex enum become another one, and panics where a field of that is asked for",
)
def test_no_object_changes_its_class(instances):
    for each, other in itertools.permutations(instances, 2):
        with pytest.raises(TypeError):
            each.__class__ = type(other)


def test_no_object_becomes_one_of_rusts(instances):
    class Plain:
        pass

    class Slotted:
        __slots__ = ("a", "b", "c")

    for each in instances:
        for pretender in Plain(), Slotted():
            with pytest.raises(TypeError):
                pretender.__class__ = type(each)
        with pytest.raises(TypeError):
            each.__class__ = Plain


@pytest.mark.skipif(
    ENGINE == "PyO3",
    reason="PyO3 0.30.1 lets a class extend an empty class beside any other, and makes instances without the value of the other",
)
def test_no_subclass_changes_its_base(bases):
    for cls, other in itertools.permutations(bases, 2):
        for namespace in {}, {"__slots__": ()}, {"__slots__": ("a",)}:
            sub = type("Sub", (cls,), dict(namespace))
            if related(cls, other):
                continue
            with pytest.raises(TypeError):
                sub.__bases__ = (other,)
            with pytest.raises(TypeError):
                type("Both", (cls, other), dict(namespace))


def test_objects_of_subclasses_do_not_change_their_base(bases):
    for cls, other in itertools.permutations(bases, 2):
        if related(cls, other):
            continue
        one, two = type("One", (cls,), {}), type("Two", (other,), {})
        try:
            instance = one.__new__(one)
        except Exception:
            continue
        with pytest.raises(TypeError):
            instance.__class__ = two


def test_no_class_makes_instances_of_another(instances):
    for each, other in itertools.permutations([type(each) for each in instances], 2):
        if issubclass(other, each) and each.__new__ is not object.__new__:
            # The constructor of the base would leave out the value of the subclass.
            with pytest.raises((TypeError, ValueError)):
                made = each.__new__(other)
                # Both take the same arguments and share a constructor: what is made is whole.
                assert type(made) is other
                repr(made)
                raise TypeError
            continue
        with pytest.raises(TypeError):
            each.__new__(other)


def test_no_instance_is_made_by_object(instances):
    for each in instances:
        with pytest.raises(TypeError):
            object.__new__(type(each))
        with pytest.raises(TypeError):
            copyreg._reconstructor(type(each), object, None)


def descriptors(cls):
    for base in cls.__mro__[:-1]:
        for name, value in vars(base).items():
            if name not in WATCHED and hasattr(type(value), "__get__") and not isinstance(value, (staticmethod, classmethod)):
                yield base, name, value


def test_no_descriptor_takes_another_receiver(instances):
    """Methods, slots and properties of every class, with an object of every other class."""
    tried = 0
    strangers = [*instances, object(), 5, "text", type, None]
    for cls in {type(each) for each in instances}:
        for base, name, value in descriptors(cls):
            # What Rust has made; functions of Python's take what they are given.
            if type(value).__name__ not in ("method_descriptor", "wrapper_descriptor", "getset_descriptor", "member_descriptor"):
                continue
            if base.__flags__ & HEAP_TYPE == 0:
                continue
            for stranger in strangers:
                if isinstance(stranger, base):
                    continue
                tried += 1
                if type(value).__name__.endswith("set_descriptor") or type(value).__name__ == "member_descriptor":
                    if stranger is None:
                        continue
                    with pytest.raises(TypeError):
                        value.__get__(stranger)
                    with pytest.raises((TypeError, AttributeError)):
                        value.__set__(stranger, 1)
                    with pytest.raises((TypeError, AttributeError)):
                        value.__delete__(stranger)
                    continue
                for args in (), (1,), (1, 2):
                    with pytest.raises(TypeError):
                        value(stranger, *args)
    assert tried > 5000


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_copies_are_whole_or_none(instances, protocol):
    for each in instances:
        for make in (
            lambda each=each: pickle.loads(pickle.dumps(each, protocol)),
            lambda each=each: copy.copy(each),
            lambda each=each: operator.call(lambda: copyreg.__newobj__(type(each))) if hasattr(operator, "call") else None,
        ):
            try:
                made = make()
            except Exception:
                continue
            # It has a value, or these would read what is not there.
            repr(made), str(made), bool(made) if not hasattr(made, "__len__") else len(made)
            for name in dir(made):
                try:
                    getattr(made, name)
                except Exception:
                    pass


def test_looking_from_all_sides(instances):
    for each in instances:
        sys.getsizeof(each)
        gc.get_referents(each)
        gc.is_tracked(each)
        for name in dir(type(each)):
            getattr(type(each), name, None)


@pytest.mark.skipif(
    ENGINE == "PyO3",
    reason="PyO3 0.30.1 lets `object` make instances of a class whose constructor was replaced, without values, and reads them",
)
def test_classes_that_were_changed():
    """A class can be told to construct in another way, and never comes to an instance without a value."""
    code = """if True:
        import itertools
        from exuvia_bindings_tests import classes, scalars, operators, enums, borrows, inheritance, options

        class Own:
            pass

        NEW = [
            object.__new__,
            lambda cls, *args: object.__new__(cls),
            lambda cls, *args: None,
            lambda cls, *args: cls,
            classes.Point.__new__,
            scalars.Meter.__new__,
            dict.__new__,
            staticmethod(object.__new__),
        ]
        MANY = [
            (classes.Point, (1.0, 2.0)), (scalars.Meter, (1.0,)), (scalars.Still, (5,)), (operators.Residue, (5,)),
            (classes.Holder, (1,)), (options.Recycled, (5,)), (classes.Unconstructible, ()), (borrows.Guarded, ()),
            (inheritance.Counting, ()), (inheritance.Last, (1, "t", 2.5)), (options.Open, (1.0,)),
        ]
        made = 0
        for (cls, args), new in itertools.product(MANY, NEW):
            for name in "__new__", "__init__", "__call__", "__del__", "__getattribute__":
                try:
                    setattr(cls, name, new)
                except TypeError:
                    # It cannot be changed.
                    continue
                for call in lambda: cls(*args), lambda: cls(), lambda: cls.__new__(cls), lambda: object.__new__(cls):
                    try:
                        instance = call()
                    except (TypeError, ValueError, RecursionError):
                        continue
                    if type(instance) is cls:
                        made += 1
                        try:
                            repr(instance)
                        except Exception:
                            pass
                        del instance
                delattr(cls, name)
                for call in lambda: cls(*args), lambda: object.__new__(cls):
                    try:
                        instance = call()
                    except (TypeError, ValueError):
                        continue
                    assert type(instance) is cls
                    repr(instance)
        print("made", made > 20)
    """
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "made True\n"), done.stderr[-2000:]


def test_a_closures_capsule(instances):
    """The value of a closure is where Python code can see it, and not get at it."""
    add = callbacks.adder(5)
    capsule = add.__self__
    del add
    gc.collect()
    assert type(capsule).__name__ == "PyCapsule"
    with pytest.raises(TypeError):
        type(capsule)()
    with pytest.raises(TypeError):
        copy.copy(capsule)
