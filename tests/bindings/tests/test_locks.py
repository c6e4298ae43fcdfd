"""Locks and once cells of Rust under threads of Python.

Every callback gives other threads the chance to run while the lock is held. A lock that kept the interpreter while it waits
would hang here.
"""

import collections
import threading
import time

import pytest
from exuvia_bindings_tests import ENGINE, locks


def at_once(function, count=8):
    """The results of `count` calls by as many threads, started together."""
    barrier = threading.Barrier(count)
    results = []

    def work():
        barrier.wait()
        results.append(function())

    threads = [threading.Thread(target=work, daemon=True) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not any(thread.is_alive() for thread in threads), "the threads wait for each other"
    return results


@pytest.mark.parametrize("name", ["mutex", "write"])
def test_one_thread_at_a_time(name):
    method = getattr(locks.Locks(), name)
    inside, most = [0], [0]

    def callback():
        inside[0] += 1
        most[0] = max(most[0], inside[0])
        time.sleep(0.01)
        inside[0] -= 1

    assert sorted(at_once(lambda: method(callback))) == [1, 2, 3, 4, 5, 6, 7, 8]
    assert most == [1]


def test_readers_share():
    owner = locks.Locks()
    together = threading.Barrier(4)
    assert at_once(lambda: owner.read(lambda: together.wait(30)), 4) == [0] * 4


def test_readers_wait_for_writers():
    owner = locks.Locks()
    writing = threading.Event()

    def write():
        writing.set()
        time.sleep(0.05)

    writer = threading.Thread(target=owner.write, args=(write,))
    writer.start()
    writing.wait()
    assert owner.read(lambda: None) == 1
    writer.join()


@pytest.mark.parametrize("name", ["once", "once_by_force", "standard", "cell"])
def test_once_is_once(name):
    method = getattr(locks.Locks(), name)
    calls = []

    def callback():
        calls.append(None)
        time.sleep(0.05)
        return 7

    results = at_once(lambda: method(callback))
    assert len(calls) == 1
    expected = {"once": [None] * 8, "standard": [7] * 8, "cell": [7] * 8}
    if name in expected:
        assert results == expected[name]
    else:
        assert collections.Counter(results) == {None: 7, False: 1}


def test_a_cell_that_could_not_be_filled_stays_empty():
    owner = locks.Locks()
    with pytest.raises(ZeroDivisionError):
        owner.cell(lambda: 1 / 0)
    assert owner.copy_of_cell() is None
    value = object()
    assert owner.cell(lambda: value) is value
    assert owner.cell(lambda: 1 / 0) is value
    assert owner.copy_of_cell() is value


def test_a_thread_that_fails_lets_the_next_one_try():
    owner = locks.Locks()
    turns = iter(range(100))

    def callback():
        time.sleep(0.01)
        if next(turns) < 3:
            raise LookupError
        return "made"

    def attempt():
        try:
            return owner.cell(callback)
        except LookupError:
            return "failed"

    assert collections.Counter(at_once(attempt)) == {"made": 5, "failed": 3}


def test_poison():
    assert locks.poison(locks.Locks()) == (True, True)


def test_imports(raises_exactly):
    assert locks.imported() is collections.Counter
    assert locks.imported() is collections.Counter
    with raises_exactly(TypeError, "'type' object is not an instance of 'list'"):
        locks.import_what_is_no_list()


@pytest.mark.skipif(ENGINE == "PyO3", reason="PyO3 0.30.1 waits for itself")
def test_a_thread_that_fills_a_cell_does_not_wait_for_itself():
    owner = locks.Locks()

    def make():
        assert owner.cell(lambda: 1) == 1
        return 2

    # The first value that is stored is kept.
    assert at_once(lambda: owner.cell(make), 1) == [1]
    assert owner.cell(lambda: 3) == 1
