"""What PyO3 has and exuvia has not yet: these tests run on the oracle alone, and wait."""

import gc
import threading
import weakref

import exuvia_bindings_tests
import pytest
from exuvia_bindings_tests import classes

if exuvia_bindings_tests.ENGINE == "exuvia":
    pytest.skip("exuvia has none of this yet", allow_module_level=True)

from exuvia_bindings_tests import later


class Anything:
    """Can be referred to weakly."""


def test_deleters():
    deletable = later.Deletable()
    del deletable.value
    assert deletable.value is None


def test_derived_extraction():
    assert later.which(5) == "integer 5"
    assert later.which("five") == "text five"
    with pytest.raises(TypeError):
        later.which(None)


def test_weak_references_and_dictionaries_are_asked_for():
    weakly = later.WeaklyHeld()
    reference = weakref.ref(weakly)
    assert reference() is weakly
    del weakly
    assert reference() is None
    with pytest.raises(TypeError, match="cannot create weak reference"):
        weakref.ref(classes.Point())
    with_dict = later.WithDict()
    with_dict.anything = 5
    assert with_dict.__dict__ == {"anything": 5}


def test_a_class_with_a_length_and_items_is_walked():
    sequence = later.FixedSequence()
    assert len(sequence) == 3
    assert sequence[2] == 20
    assert list(sequence) == [0, 10, 20]
    with pytest.raises(IndexError, match="no such item"):
        sequence[3]


def test_derived_comparison():
    Derived = later.Derived
    assert Derived(1, "a") == Derived(1, "a")
    assert Derived(1, "a") < Derived(1, "b") < Derived(2, "a")
    assert str(Derived(1, "a")) == "a (1)"
    assert Derived(1, "a") != 1
    with pytest.raises(TypeError):
        Derived(1, "a") < 1
    with pytest.raises(TypeError, match="unhashable"):
        hash(Derived(1, "a"))


def test_attributes_answered_for():
    dynamic = later.Dynamic()
    assert dynamic.real() == "a method"
    assert dynamic.made_up == "MADE_UP"
    with pytest.raises(AttributeError, match="^other$"):
        dynamic.other
    assert not hasattr(dynamic, "other")


def test_unsendable_objects_stay_on_their_thread(capfd):
    unsendable = later.Unsendable()
    assert unsendable.value() == 3
    caught = []

    def work():
        try:
            unsendable.value()
        except BaseException as problem:
            caught.append(problem)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    capfd.readouterr()
    assert len(caught) == 1
    assert "is unsendable, but sent to another thread" in str(caught[0])


def test_cycles_are_collected():
    node = later.Node()
    node.next = [node]
    witness = Anything()
    node.next.append(witness)
    reference = weakref.ref(witness)
    del witness, node
    assert reference() is not None
    gc.collect()
    assert reference() is None


def test_classes_that_traverse_are_tracked():
    assert gc.is_tracked(later.Node())


def test_traversal_of_a_long_chain():
    node = None
    for _ in range(1000):
        node = later.Node(node)
    gc.collect()
    count = 0
    while node is not None:
        node = node.next
        count += 1
    assert count == 1000
