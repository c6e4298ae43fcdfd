"""Classes that extend others: own ones and Python's."""

import gc
import subprocess
import sys
import weakref

import pytest
from exuvia_bindings_tests import ENGINE, inheritance

Base = inheritance.Base
ChangingSub = inheritance.ChangingSub
Coded = inheritance.Coded
CodedOsError = inheritance.CodedOsError
Counting = inheritance.Counting
CountingMore = inheritance.CountingMore
EmptyBase = inheritance.EmptyBase
EmptySub = inheritance.EmptySub
FrozenBase = inheritance.FrozenBase
FrozenLast = inheritance.FrozenLast
Initialised = inheritance.Initialised
Last = inheritance.Last
Middle = inheritance.Middle
NamedSet = inheritance.NamedSet
Paired = inheritance.Paired
Refusing = inheritance.Refusing
WithoutNew = inheritance.WithoutNew


def test_an_instance_is_one_of_each_class():
    last = Last(1, "text", 2.5)
    assert isinstance(last, (Last, Middle, Base))
    assert Last.__mro__ == (Last, Middle, Base, object)
    assert Last.__base__ is Middle
    assert last.all() == (1, "text", 2.5)
    assert (last.value, last.text, last.number) == (1, "text", 2.5)
    assert last.base_value() == 1
    assert last.length() == 4
    assert repr(last) == "Base(1)"


def test_methods_of_every_level_change_their_own():
    last = Last(1)
    last.add(4)
    last.append("?")
    last.number = 3
    last.change_both()
    assert last.all() == (6, "last?!", 3.0)
    assert last.both() == "6 last?!"
    last.value = 9
    assert last.value_by_reference() == 9
    last.set_by_reference(11)
    assert last.as_base() == 11
    last.change_as_base(12)
    assert last.base_value() == 12


def test_a_hierarchy_has_one_borrow():
    last = Last(1)
    assert last.is_exclusive() == [True, True, True, True]
    with pytest.raises(RuntimeError, match="^Already mutably borrowed$"):
        last.while_borrowed(last.length)
    with pytest.raises(RuntimeError, match="^Already borrowed$"):
        last.while_borrowed(lambda: last.append("x"))
    with pytest.raises(RuntimeError, match="^Already borrowed$"):
        last.while_shared(last.change_both)
    with pytest.raises(RuntimeError):
        last.while_borrowed(lambda: setattr(last, "number", 1.0))
    assert last.while_shared(last.length) == 4
    last.append("x")
    assert last.text == "lastx"


def test_frozen_and_changing_classes_mix():
    sub = ChangingSub(1, 2)
    sub.changing = 5
    sub.increment()
    assert sub.sum() == 7
    assert sub.fixed == 1
    with pytest.raises(AttributeError):
        sub.fixed = 2
    last = FrozenLast()
    last.increment()
    assert last.total() == 4
    assert isinstance(last, FrozenBase)


def test_every_level_is_dropped_once():
    gc.collect()
    before = inheritance.dropped()
    last = Last(1)
    middle = Middle(2, "x")
    base = Base(3)
    assert inheritance.dropped() == before
    del last, middle, base
    gc.collect()
    assert inheritance.dropped() == [before[0] + 3, before[1] + 2, before[2] + 1]


def test_pairs_make_instances():
    paired = Paired(1, 2)
    assert (paired.value, paired.other) == (1, 2)


def test_a_constructor_is_not_inherited():
    with pytest.raises(TypeError):
        WithoutNew(1)
    with pytest.raises(TypeError):
        Base.__new__(WithoutNew, 1)
    with pytest.raises(TypeError):
        Base.__new__(Last, 1)
    assert inheritance.new_without_new().value == 7


def test_the_constructor_of_another_class_is_refused():
    with pytest.raises(TypeError):
        object.__new__(Last)
    with pytest.raises(TypeError):
        dict.__new__(Counting)
    with pytest.raises(TypeError):
        dict.__new__(CountingMore)
    with pytest.raises(TypeError):
        Counting.__new__(CountingMore)
    with pytest.raises(TypeError):
        Exception.__new__(Coded, "x")


REPLACED = """
from exuvia_bindings_tests import inheritance
for name, base in (("NamedSet", set), ("Initialised", dict), ("CountingMore", dict), ("Last", object)):
    cls = getattr(inheritance, name)
    cls.__new__ = lambda cls, *args, base=base: base.__new__(cls)
    try:
        cls()
    except TypeError:
        continue
    raise SystemExit(f"a hollow {name}")
try:
    inheritance.Middle.__new__ = None
except TypeError:
    pass
else:
    raise SystemExit("Middle can be changed")
"""


@pytest.mark.skipif(ENGINE == "PyO3", reason="PyO3 0.30.1 makes instances whose values no constructor has made")
def test_a_constructor_that_python_replaced_makes_no_hollow_instances():
    subprocess.run([sys.executable, "-c", REPLACED], check=True)


REPLACED_BELOW = """
from exuvia_bindings_tests import inheritance
Base, Last, Middle, Paired = (getattr(inheritance, name) for name in ("Base", "Last", "Middle", "Paired"))
for cls, base, args in ((Paired, Base, (1,)), (Last, Base, (1,)), (Last, Middle, (1, "text"))):
    cls.__new__ = staticmethod(lambda cls, base=base, args=args: base.__new__(cls, *args))
    try:
        cls()
    except TypeError:
        continue
    raise SystemExit(f"a hollow {cls.__name__} by {base.__name__}")
class Sub(Base):
    pass
assert Sub(3).value == 3
assert Base.__new__(Sub, 4).value == 4
"""


@pytest.mark.skipif(ENGINE == "PyO3", reason="PyO3 0.30.1 makes instances whose values no constructor has made")
def test_the_constructor_of_a_base_makes_no_hollow_instances():
    subprocess.run([sys.executable, "-c", REPLACED_BELOW], check=True)


CHANGED_EARLY = """
from exuvia_bindings_tests import inheritance
def look(cls):
    try:
        cls.__new__ = staticmethod(lambda cls: object.__new__(cls))
    except TypeError:
        return "refused"
Early = inheritance.make_early(look)
assert Early.SHOWN == "refused", Early.SHOWN
class Sub(Early):
    pass
assert Sub().text == "filled"
try:
    Early.SHOWN = 1
except TypeError:
    pass
else:
    raise SystemExit("Early can be changed")
"""


@pytest.mark.skipif(ENGINE == "PyO3", reason="PyO3 0.30.1 has no class that cannot be changed: this one's instances would have no values")
def test_a_class_is_not_changed_while_it_is_made():
    subprocess.run([sys.executable, "-c", CHANGED_EARLY], check=True)


def test_empty_classes_are_not_interchangeable():
    assert EmptySub().is_sub()
    with pytest.raises(TypeError):

        class Both(EmptyBase, EmptySub):
            pass

    class Mixed(EmptySub, EmptyBase):
        pass

    assert Mixed().is_sub()
    if ENGINE != "PyO3":
        with pytest.raises(TypeError):

            class Unrelated(EmptySub, Base):
                pass


def test_python_classes_below():
    class Below(Middle):
        def __new__(cls, *args):
            return super().__new__(cls, 5, "below")

        def __init__(self, extra):
            self.extra = extra

        def length(self):
            return super().length() + 100

    below = Below("more")
    assert below.extra == "more"
    assert below.length() == 105
    assert below.base_value() == 5
    below.itself = below
    reference = weakref.ref(below)
    before = inheritance.dropped()
    del below
    gc.collect()
    assert reference() is None
    after = inheritance.dropped()
    assert (after[0], after[1]) == (before[0] + 1, before[1] + 1)


def test_a_dictionary_with_more():
    counting = Counting(a=1)
    assert counting == {"a": 1}
    counting.set("b", 2)
    assert counting.count == 1
    assert counting["b"] == 2
    assert counting.keys_by_cast() == 2
    assert dict(counting) == {"a": 1, "b": 2}
    assert isinstance(counting, dict)
    more = CountingMore()
    more["x"] = 1
    more.set("y", 2)
    assert (more.count, more.more, len(more)) == (101, 5, 2)


def test_sets_and_lists_with_more():
    named = NamedSet()
    named.add(1)
    assert named == {1}
    assert named.name == "set"
    if hasattr(inheritance, "NamedList"):
        named = inheritance.NamedList()
        named.append(1)
        assert named == [1]
        assert named.name == "list"


def test_native_parts_are_freed():
    class Witness:
        pass

    for make, put in (
        (Counting, lambda owner, value: owner.__setitem__("x", value)),
        (CountingMore, lambda owner, value: owner.__setitem__("x", value)),
        (NamedSet, lambda owner, value: owner.add(value)),
        (lambda: Coded("x"), lambda owner, value: setattr(owner, "anything", value)),
    ):
        witness = Witness()
        reference = weakref.ref(witness)
        owner = make()
        put(owner, witness)
        del witness
        gc.collect()
        assert reference() is not None
        del owner
        assert reference() is None


def test_cycles_through_the_native_part_are_collected():
    class Witness:
        pass

    witness = Witness()
    reference = weakref.ref(witness)
    counting = CountingMore()
    counting["self"] = counting
    counting["witness"] = witness
    del counting, witness
    assert reference() is not None
    gc.collect()
    assert reference() is None


def test_exceptions_with_more():
    error = Coded("words", 7)
    assert str(error) == "words" or error.args == ("words", 7)
    assert error.args == ("words", 7)
    assert error.code == 7
    assert not error.has_witness()
    assert isinstance(error, Exception)
    try:
        raise error
    except Coded as caught:
        assert caught is error
        assert caught.__traceback__ is not None
    error.note = "Python attributes too"
    assert error.note == "Python attributes too"
    with pytest.raises(Coded) as caught:
        inheritance.raise_coded()
    assert caught.value.code == 3

    def raises():
        raise Coded("x", 12)

    assert inheritance.code_of(raises) == 12


def test_exceptions_die_in_time():
    class Witness:
        pass

    witness = Witness()
    reference = weakref.ref(witness)
    try:
        raise Coded("x", 0, witness)
    except Coded as error:
        assert error.has_witness()
        del witness
    gc.collect()
    assert reference() is None


@pytest.mark.skipif(ENGINE == "PyO3", reason="PyO3 crashes: the destructor of OSError expects a tracked object")
def test_exceptions_of_other_layouts():
    error = CodedOsError(2, "No such thing", "file")
    assert error.code == 9
    assert isinstance(error, OSError)
    for _ in range(100):
        CodedOsError(2, "x")
    gc.collect()


def test_a_constructor_that_fails_leaves_nothing():
    with pytest.raises(ValueError, match="negative"):
        Refusing(-1)
    assert isinstance(Refusing(1), KeyError)


def test_exceptions_many_times():
    for number in range(2000):
        try:
            raise Coded("x", number)
        except Coded as error:
            assert error.code == number
    gc.collect()


def test_initialisers():
    made = Initialised(5)
    assert made == {"first": 5}
    assert Initialised(first=6) == {"first": 6}
    with pytest.raises(ValueError, match="^asked to fail$"):
        Initialised(1, fail=True)
    with pytest.raises(TypeError):
        Initialised()
    with pytest.raises(TypeError):
        Initialised(1, unknown=2)
    made.__init__(7)
    assert made == {"first": 7}


def test_references_to_classes_balance():
    for cls, make in (
        (Last, lambda: Last(1)),
        (CountingMore, CountingMore),
        (Coded, lambda: Coded("x")),
        (NamedSet, NamedSet),
    ):
        make()
        before = sys.getrefcount(cls)
        for _ in range(100):
            make()
        gc.collect()
        assert abs(sys.getrefcount(cls) - before) < 10


def test_attributes_that_rust_gives_a_class():
    before = inheritance.Base(1)
    assert not hasattr(before, "later")
    for value in (5, 6):
        inheritance.set_attribute_of_base("later", value)
        assert inheritance.Base.later == before.later == inheritance.Middle.later == value


@pytest.mark.skipif(ENGINE == "PyO3", reason="PyO3 lets everybody change the constructor of a class with subclasses")
def test_constructors_cannot_be_changed_from_rust_either():
    for name in ("__new__", "__init__"):
        with pytest.raises(TypeError, match="immutable type"):
            inheritance.set_attribute_of_base(name, object.__new__)


def test_what_a_module_says_of_a_class_when_it_is_filled():
    module, doc = inheritance.Base.__module__, inheritance.Base.__doc__
    for name, value in [("__module__", "package.part"), ("__doc__", "Another text."), ("__signature__", None)]:
        inheritance.set_attribute_of_base(name, value)
        assert getattr(inheritance.Base, name) == value
    inheritance.set_attribute_of_base("__module__", module)
    inheritance.set_attribute_of_base("__doc__", doc)


def test_an_attribute_has_the_name_that_its_text_is():
    class Disguised(str):
        def __hash__(self):
            return hash("disguised")

        def __eq__(self, other):
            return other == "disguised"

    inheritance.set_attribute_of_base("disguised", 1)
    inheritance.set_attribute_of_base(Disguised("true_name"), 2)
    assert (inheritance.Base.disguised, inheritance.Base.true_name) == (1, 2)
