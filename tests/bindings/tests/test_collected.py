"""Classes that the garbage collector knows: `__traverse__` and `__clear__`."""

import gc
import subprocess
import sys
import threading
import weakref

import pytest
from exuvia_bindings_tests import ENGINE, collected

Fork = collected.Fork
LinkedDict = collected.LinkedDict
Misbehaving = collected.Misbehaving
Node = collected.Node
OneThread = collected.OneThread
Panicking = collected.Panicking
Plain = collected.Plain
WithDict = collected.WithDict


class Witness:
    """Can be referred to weakly."""


def is_freed_by_the_collector(fill):
    witness = Witness()
    reference = weakref.ref(witness)
    fill(witness)
    del witness
    assert reference() is not None
    gc.collect()
    return reference() is None


def test_cycles_are_collected():
    def fill(witness):
        node = Node()
        node.next = [node, witness]

    assert is_freed_by_the_collector(fill)


def test_classes_that_traverse_are_tracked():
    assert gc.is_tracked(Node())
    assert gc.get_referents(Node([1]))[:2].count([1]) == 1


def test_every_level_is_traversed():
    def by_base(witness):
        fork = Fork()
        fork.next = [fork, witness]

    def by_sub(witness):
        fork = Fork()
        fork.other = [fork, witness]

    def by_inheritance(witness):
        plain = Plain()
        plain.next = [plain, witness]

    for fill in (by_base, by_sub, by_inheritance):
        assert is_freed_by_the_collector(fill)


def test_native_bases_are_traversed():
    def by_item(witness):
        linked = LinkedDict()
        linked["x"] = [linked, witness]

    def by_field(witness):
        linked = LinkedDict()
        linked.link = [linked, witness]

    for fill in (by_item, by_field):
        assert is_freed_by_the_collector(fill)


def test_dictionaries_are_traversed():
    def fill(witness):
        with_dict = WithDict()
        with_dict.itself = with_dict
        with_dict.witness = witness

    assert is_freed_by_the_collector(fill)


def test_python_classes_below_are_collected():
    def below(base):
        def fill(witness):
            class Below(base):
                pass

            one = Below()
            one.itself = one
            one.witness = witness

        return fill

    for base in (Node, Fork, LinkedDict, WithDict):
        assert is_freed_by_the_collector(below(base))


def test_types_of_python_classes_below_are_collected():
    def make():
        class Below(Node):
            pass

        one = Below()
        one.next = one
        return weakref.ref(Below)

    reference = make()
    gc.collect()
    gc.collect()
    assert reference() is None


def test_what_is_in_use_is_left_alone():
    witness = Witness()
    reference = weakref.ref(witness)
    node = Node()
    node.next = [node, witness]
    del witness

    def collect():
        gc.collect()
        return reference() is not None

    assert node.while_borrowed(collect)
    del node
    gc.collect()
    assert reference() is None


def test_traversal_of_a_long_chain():
    node = None
    for _ in range(1000):
        node = Node(node)
    gc.collect()
    count = 0
    while node is not None:
        node = node.next
        count += 1
    assert count == 1000


def test_instances_are_freed_without_the_collector():
    gc.disable()
    try:
        witness = Witness()
        reference = weakref.ref(witness)
        fork = Fork()
        fork.next = witness
        fork.other = Node(witness)
        del witness, fork
        assert reference() is None
    finally:
        gc.enable()


@pytest.mark.parametrize("how", ["attach", "try_attach", "panic", "drop"])
def test_python_is_out_of_reach_while_traversing(how, capfd):
    before = collected.traversed()
    witness = Witness()
    reference = weakref.ref(witness)
    misbehaving = Misbehaving(how, witness)
    gc.collect()
    assert collected.traversed() > before
    assert not collected.was_attached()
    if how != "drop":
        assert reference() is witness
    del misbehaving, witness
    gc.collect()
    # A reference dropped while traversing is given up by the next thread that may.
    assert how == "panic" or reference() is None
    capfd.readouterr()


def test_a_panic_in_clear_is_reported(capfd, monkeypatch):
    reported = []
    monkeypatch.setattr(sys, "unraisablehook", lambda info: reported.append(str(info.exc_value)))
    panicking = Panicking()
    panicking.next = [panicking]
    del panicking
    gc.collect()
    capfd.readouterr()
    assert reported == ["in __clear__"]


def test_what_belongs_to_another_thread_is_not_traversed():
    one = OneThread()
    assert collected.is_traversed_by(one) == 1
    counts = []
    thread = threading.Thread(target=lambda: counts.append(collected.is_traversed_by(one)))
    thread.start()
    thread.join()
    assert counts == [0]


OTHER_BASE = """
import gc, weakref
from exuvia_bindings_tests import collected
BelowOpen, Open = collected.BelowOpen, collected.Open
class Between(Open):
    __slots__ = ()
class Witness:
    pass
object = BelowOpen()
BelowOpen.__bases__ = (Between,)
gc.collect()
witness = Witness()
gone = weakref.ref(witness)
object.next, object.other, object.third = witness, object, object
witness = object = None
gc.collect()
assert gone() is None
"""


@pytest.mark.skipif(ENGINE == "PyO3", reason="PyO3 0.30.1 calls itself until the stack is full")
def test_a_class_that_python_gave_another_base():
    subprocess.run([sys.executable, "-c", OTHER_BASE], check=True)
