"""What `#[pyclass(…)]` can ask for."""

import gc
import sys
import threading
import types
import weakref

import pytest
from exuvia_bindings_tests import classes, options


def elsewhere(call):
    """What the call gives or raises on another thread."""
    answer = []
    # What earlier tests have left in cycles must not die over there.
    gc.collect()

    def work():
        try:
            answer.append(call())
        except BaseException as problem:
            answer.append(problem)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    return answer[0]


def test_weak_references_are_asked_for():
    weakly = options.WeaklyHeld()
    reference = weakref.ref(weakly)
    assert reference() is weakly
    del weakly
    assert reference() is None
    with pytest.raises(TypeError, match="cannot create weak reference"):
        weakref.ref(classes.Point())


def test_weak_references_call_back():
    called = []
    weakly = options.WeaklyHeld()
    reference = weakref.ref(weakly, lambda reference: called.append(reference()))
    del weakly
    assert called == [None]
    assert reference() is None


def test_dictionaries_are_asked_for():
    one = options.Open(1.5)
    assert one.__dict__ == {}
    one.anything = 5
    assert one.__dict__ == {"anything": 5}
    one.__dict__ = {"other": 6}
    assert one.other == 6
    assert not hasattr(one, "anything")
    assert one.fixed == 1.5
    assert one.doubled() == 3.0
    assert weakref.ref(one)() is one
    with pytest.raises(AttributeError):
        one.fixed = 2.0
    with pytest.raises(AttributeError):
        classes.Point().anything = 5


def test_unsendable_objects_stay_on_their_thread(capfd):
    unsendable = options.Unsendable(7)
    unsendable.set_value(4)
    assert unsendable.value() == 4
    assert unsendable.text() == "4"
    name = "exuvia_bindings_tests::options::options::Unsendable"
    for call in (
        unsendable.value,
        unsendable.text,
        lambda: unsendable.set_value(1),
        lambda: unsendable.number,
        lambda: setattr(unsendable, "number", 5),
    ):
        problem = elsewhere(call)
        assert type(problem).__name__ == "PanicException"
        assert f"{name} is unsendable, but sent to another thread" in str(problem)
    capfd.readouterr()
    assert unsendable.value() == 4
    assert unsendable.number == 7


def test_frozen_unsendable_objects_stay_too(capfd):
    frozen = options.FrozenUnsendable(5)
    assert frozen.value() == 5
    assert type(elsewhere(frozen.value)).__name__ == "PanicException"
    capfd.readouterr()


def test_subclasses_of_unsendable_ones_stay_too(capfd):
    sub = options.SubOfUnsendable()
    assert sub.other_value() == 2
    assert sub.value() == 3
    assert type(elsewhere(sub.value)).__name__ == "PanicException"
    assert type(elsewhere(sub.other_value)).__name__ == "PanicException"
    capfd.readouterr()


def test_unsendable_objects_are_not_dropped_elsewhere(monkeypatch):
    reported = []
    monkeypatch.setattr(sys, "unraisablehook", lambda info: reported.append(str(info.exc_value)))
    # What other tests have left in cycles is not dropped between the counts.
    gc.collect()
    before = options.dropped()
    holder = [options.Unsendable(1)]
    elsewhere(holder.clear)
    assert options.dropped() == before
    assert len(reported) == 1
    assert "is unsendable, but is being dropped on another thread" in reported[0]
    one = options.Unsendable(1)
    del one
    assert options.dropped() == before + 1


def test_freelists_are_accepted():
    for number in range(100):
        assert options.Recycled(number).number == number


def test_sequences():
    sequence = options.FixedSequence()
    assert len(sequence) == 3
    assert sequence[2] == 20
    assert list(sequence) == [0, 10, 20]
    with pytest.raises(IndexError, match="no such item"):
        sequence[3]
    assert options.is_sequence(sequence)
    # C code adds the length to negative indexes.
    assert options.sequence_item(sequence, -1) == 20
    with pytest.raises(IndexError):
        sequence[-1]


def test_mappings():
    mapping = options.FixedMapping()
    assert len(mapping) == 1
    assert mapping["a"] == 1
    assert not options.is_sequence(mapping)
    with pytest.raises(TypeError):
        iter(mapping)
    with pytest.raises(KeyError):
        mapping["b"]


def test_text_from_a_format():
    derived = options.Derived(1, "a")
    assert str(derived) == 'a (1) "a" {}'
    assert str(options.NumberedText(7, "x")) == "   7|x"
    assert derived == options.Derived(1, "a")
    assert derived < options.Derived(1, "b") < options.Derived(2, "a")
    with pytest.raises(TypeError, match="unhashable"):
        hash(derived)


def test_constructors_from_fields():
    made = options.FromFields(1, "two", 3.0)
    assert (made.first, made.second, made.type) == (1, "two", 3.0)
    made = options.FromFields(first=1, second=None, type=2)
    assert made.second is None
    with pytest.raises(TypeError):
        options.FromFields(1)
    with pytest.raises(TypeError):
        options.FromFields("x", None, 1.0)
    made = options.FromNumberedFields(1, [2])
    assert (made.first, made.second) == (1, [2])
    assert options.FromNoFields() is not None


def test_generic_classes():
    alias = options.Generic[int]
    assert isinstance(alias, types.GenericAlias)
    assert alias.__origin__ is options.Generic
    assert alias.__args__ == (int,)
    assert isinstance(alias(), options.Generic)


def test_immutable_types():
    with pytest.raises(TypeError):
        options.Immutable.anything = 1


def test_deleters():
    deletable = options.Deletable()
    assert deletable.value == 1
    del deletable.value
    assert deletable.value is None
    with pytest.raises(AttributeError, match="^property has no setter$"):
        deletable.value = 1
    deletable.both = 5
    assert deletable.both == 5
    del deletable.both
    with pytest.raises(KeyError):
        del deletable.both


def test_properties_without_deleters():
    made = options.FromFields(1, None, 2.0)
    with pytest.raises(AttributeError):
        del made.first
