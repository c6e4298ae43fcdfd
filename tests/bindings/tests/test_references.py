"""References: whatever a call does, the counts are as before."""

import gc
import sys
import tracemalloc
import weakref

import pytest
from exuvia_bindings_tests import arguments, classes, containers, enums, errors, functions, panics, references
from settling import settle


class Anything:
    """Accepts every call, keeps nothing."""

    def __call__(self, *args, **kwargs):
        return None


CALLS = {
    "ignore": lambda w: references.ignore(w),
    "take": lambda w: references.take(w),
    "give back": lambda w: references.give_back(w),
    "clone and drop": lambda w: references.clone_and_drop(w, 7),
    "through every handle": lambda w: references.through_every_handle(w),
    "pointers": lambda w: references.pointers_round_trip(w),
    "into containers": lambda w: references.into_containers(w),
    "call in every way": lambda w: references.call_in_every_way(Anything(), w),
    "every argument, positional": lambda w: references.every_argument(w, w, w),
    "every argument, by keyword": lambda w: references.every_argument(value=w, keyword=w, other=w, more=w),
    "every argument, both": lambda w: references.every_argument(w, w, keyword=w, other=w),
    "every argument, unpacked": lambda w: references.every_argument(*[w] * 5, **{"a": w}),
    "iterate": lambda w: references.iterate_to_the_end([w, w]),
    "iterate partly": lambda w: references.iterate_partly([w, w]),
    "iterate a generator": lambda w: references.iterate_to_the_end(each for each in [w, w]),
    "walk a list": lambda w: references.walk_list([w, None, w]),
    "walk a dict": lambda w: references.walk_dict({"a": w, w: None}),
    "vector": lambda w: containers.objects([w, w]),
    "vector of a tuple": lambda w: containers.objects((w, w)),
    "same": lambda w: functions.same(w),
    "varargs": lambda w: arguments.varargs(w, w),
    "varkeywords": lambda w: arguments.varkeywords(a=w, b=w),
    "hold": lambda w: classes.Holder(w),
    "hold and replace": lambda w: classes.Holder(None).replace(w),
    "hold and get": lambda w: classes.Holder(w).get(),
    "subclass": lambda w: classes.Base(1, w, keyword=w),
    "call with": lambda w: functions.call_with(lambda _: w, 1),
}
FAILING = {
    "conversion of a later argument": (lambda w: references.fail_after(w, 300), OverflowError),
    "too many arguments": (lambda w: references.take(w, w), TypeError),
    "unexpected keyword": (lambda w: references.take(w, other=w), TypeError),
    "multiple values": (lambda w: references.take(w, value=w), TypeError),
    "missing": (lambda w: references.fail_after(value=w), TypeError),
    "wrong type": (lambda w: functions.add(1, w), TypeError),
    "wrong type in a list": (lambda w: containers.ints([1, w]), TypeError),
    "wrong type in a dict": (lambda w: containers.hash_map({"a": w}), TypeError),
    "wrong type in a tuple": (lambda w: containers.tuple2((1, w)), TypeError),
    "wrong class": (lambda w: classes.double_in_place(w), TypeError),
    "wrong receiver": (lambda w: classes.Point.norm(w), TypeError),
    "raised with it": (lambda w: references.raise_with(w), ValueError),
    "panic with it": (lambda w: references.panic_with(w), BaseException),
    "raised by a callback": (lambda w: references.call_in_every_way(lambda: {}[w], w), KeyError),
    "comparison": (lambda w: enums.Ordered.Low < w, TypeError),
}


@pytest.fixture(scope="module", autouse=True)
def a_small_heap():
    """What was there before takes no part in the collections below, which are many."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.mark.parametrize("name", CALLS)
def test_calls_balance(name):
    witness = Anything()
    call = CALLS[name]
    call(witness)
    settle()
    before = sys.getrefcount(witness)
    for _ in range(100):
        call(witness)
    settle()
    assert sys.getrefcount(witness) == before


@pytest.mark.parametrize("name", FAILING)
def test_failing_calls_balance(name, capfd):
    witness = Anything()
    call, expected = FAILING[name]

    def attempt():
        try:
            call(witness)
        except expected:
            return
        pytest.fail("it did not fail")

    attempt()
    settle()
    before = sys.getrefcount(witness)
    for _ in range(100):
        attempt()
    settle()
    capfd.readouterr()
    assert sys.getrefcount(witness) == before


@pytest.mark.parametrize(
    "value, calls",
    [
        (None, [functions.nothing, lambda: functions.maybe(None), lambda: references.ignore(None)]),
        (True, [lambda: functions.same(True), lambda: containers.objects([True])]),
        (NotImplemented, [lambda: classes.Base(1) == 5, lambda: enums.Equal.First == "x"]),
        ((), [lambda: arguments.varargs(), functions.empty_tuple]),
        (enums.Reset, [lambda: enums.make_reset(10), lambda: enums.default_variant()]),
        (enums.Reset.OnSpace, [lambda: enums.reset_code(enums.Reset.OnSpace), lambda: enums.Reset.OnSpace == 32]),
        (functions, [lambda: functions.own_module("x")]),
        (ValueError, [lambda: errors.exception_as_object()]),
    ],
)
def test_shared_objects_balance(value, calls):
    """None and its like are immortal from 3.12 on; before, a missing reference would free them one day."""
    for call in calls:
        call()
        settle()
        before = sys.getrefcount(value)
        for _ in range(1000):
            call()
        settle()
        # The interpreter's own caches take and leave a few.
        assert abs(sys.getrefcount(value) - before) < 20


def test_results_have_one_owner():
    for make in (functions.fresh_list, lambda: containers.ints([1]), lambda: containers.hash_map({"a": 1})):
        result = make()
        # The variable and the argument of getrefcount.
        assert sys.getrefcount(result) == 2


def test_results_given_back():
    witness = Anything()
    before = sys.getrefcount(witness)
    kept = references.give_back(witness)
    assert sys.getrefcount(witness) == before + 1
    listed, tupled, keyed = references.into_containers(witness)
    assert sys.getrefcount(witness) == before + 1 + 2 + 3 + 1
    del kept, listed, tupled, keyed
    assert sys.getrefcount(witness) == before


@pytest.mark.parametrize(
    "name, call",
    [
        ("text", lambda: functions.renamed("x" * 1000)),
        ("vector", lambda: containers.ints(list(range(100)))),
        ("map", lambda: containers.hash_map({str(i): i for i in range(50)})),
        ("instance", lambda: classes.Point(1, 2)),
        ("method", lambda: classes.Point(1, 2).norm()),
        ("keywords", lambda: arguments.every_kind(1, d=4, x=5)),
        ("error", lambda: errors.catch(lambda: {}["key"])),
        ("enum", lambda: enums.make_reset(32)),
        ("iterator", lambda: containers.iterate(iter(range(20)))),
    ],
)
def test_memory_stays_level(name, call):
    for _ in range(50):
        call()
    settle()
    tracemalloc.start()
    try:
        call()
        settle()
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(500):
            call()
        settle()
        grown = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    # One leaked object a call would be 500 times sixteen bytes at the very least.
    assert grown < 4000, name


def test_panic_exceptions_hold_no_arguments(capfd):
    witness = Anything()
    reference = weakref.ref(witness)
    with pytest.raises(panics.panic_exception_type()):
        references.panic_with(witness)
    capfd.readouterr()
    del witness
    settle()
    assert reference() is None


def test_clones_count():
    thing = object()
    before = sys.getrefcount(thing)
    for one in (clones := references.cloned(thing)):
        assert one is thing
    del one
    assert sys.getrefcount(thing) == before + 2
    del clones
    assert sys.getrefcount(thing) == before


def test_clones_need_the_interpreter():
    thing = object()
    before = sys.getrefcount(thing)
    text = "Cannot clone pointer into Python heap without the thread being attached."
    with pytest.raises(BaseException, match=text) as caught:
        references.cloned_while_detached(thing)
    assert type(caught.value).__name__ == "PanicException"
    del caught
    assert sys.getrefcount(thing) == before
