"""Threads: leaving the interpreter, entering it, dropping objects anywhere."""

import gc
import subprocess
import sys
import threading
import time
import weakref

import pytest
from exuvia_bindings_tests import threads


class Witness:
    """Says when it is gone."""


def test_work_while_detached():
    assert threads.detached_sum(list(range(1000))) == sum(range(1000))
    assert threads.attach_again() == 7
    assert threads.attach_while_attached([1]) == "[1]"
    assert threads.try_attach_works()


def test_others_run_while_one_is_detached():
    begun, done = threading.Event(), threading.Event()
    progress = []

    def work():
        begun.set()
        threads.sleep_detached(300)
        done.set()

    thread = threading.Thread(target=work)
    thread.start()
    begun.wait()
    while not done.is_set():
        progress.append(time.monotonic())
        time.sleep(0.005)
    thread.join()
    assert len(progress) > 5


def test_sleeping_side_by_side():
    begun = time.monotonic()
    workers = [threading.Thread(target=threads.sleep_detached, args=(400,)) for _ in range(5)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    # One after another they would take two seconds.
    assert time.monotonic() - begun < 1.6


def test_rust_threads_call_python():
    seen = set()

    def function(index):
        seen.add(threading.get_ident())
        return index * index

    assert threads.call_from_threads(function, 8) == [index * index for index in range(8)]
    assert threading.get_ident() not in seen


def test_errors_cross_threads():
    def fail():
        raise LookupError("in another thread")

    with pytest.raises(LookupError, match="in another thread"):
        threads.thread_raises(fail)


def test_panics_stay_in_their_thread(capfd):
    assert threads.panic_in_thread() is True
    capfd.readouterr()
    assert threads.attach_again() == 7


@pytest.mark.parametrize("drop", [threads.drop_elsewhere, threads.drop_detached])
def test_objects_dropped_while_detached_are_freed(drop):
    references = []
    for _ in range(20):
        witness = Witness()
        references.append(weakref.ref(witness))
        drop(witness)
        del witness
    # The reference is given back at the latest when this thread is next attached through the engine.
    threads.attach_again()
    gc.collect()
    assert [reference() for reference in references] == [None] * 20


def test_references_dropped_while_detached_are_counted():
    witness = Witness()
    before = sys.getrefcount(witness)
    for _ in range(50):
        threads.drop_elsewhere(witness)
        threads.drop_detached(witness)
    threads.attach_again()
    assert sys.getrefcount(witness) == before


def test_many_drops_while_the_interpreter_is_busy():
    witness = Witness()
    before = sys.getrefcount(witness)
    threads.drop_many_elsewhere([witness] * 10_000)
    threads.attach_again()
    assert sys.getrefcount(witness) == before


def test_objects_kept_by_rust():
    witness = Witness()
    reference = weakref.ref(witness)
    threads.keep(witness)
    del witness
    gc.collect()
    assert reference() is not None
    assert threads.release_kept() == 1
    threads.attach_again()
    gc.collect()
    assert reference() is None


def test_python_threads_on_one_borrowed_object():
    shared = threads.Shared()
    outcomes = []

    def work():
        try:
            outcomes.append(shared.work(200))
        except RuntimeError as problem:
            outcomes.append(str(problem))

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    succeeded = [each for each in outcomes if isinstance(each, int)]
    refused = [each for each in outcomes if not isinstance(each, int)]
    assert set(refused) <= {"Already borrowed"}
    assert len(outcomes) == 4
    assert shared.value() == len(succeeded) >= 1


def test_once():
    first = threads.once(lambda: ["made once"])
    assert threads.once(lambda: pytest.fail("made twice")) is first
    assert first == ["made once"]


def test_once_lock_methods():
    assert threads.once_lock_methods()[1:] == (5, True, 5)


def test_signals():
    assert threads.check_signals() is None


def test_leaving_the_program_with_objects_in_rust():
    code = (
        "from exuvia_bindings_tests import threads\n"
        "threads.keep([object()])\n"
        "threads.once(lambda: [1])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_leaving_the_program_while_a_thread_is_detached():
    code = (
        "import threading, time\n"
        "from exuvia_bindings_tests import threads\n"
        "threading.Thread(target=threads.sleep_detached, args=(10_000,), daemon=True).start()\n"
        "time.sleep(0.2)\n"
        "print('left')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "left\n", "")


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="the module is called _interpreters there")
def test_a_detached_thread_stays_detached_beside_a_subinterpreter():
    # Once there has been a subinterpreter, `PyGILState_Check` says that every thread holds the interpreter.
    code = """if True:
        import threading
        import _xxsubinterpreters
        from exuvia_bindings_tests import threads

        _xxsubinterpreters.destroy(_xxsubinterpreters.create())
        def work():
            for _ in range(20_000):
                assert threads.attach_again() == 7
        workers = [threading.Thread(target=work) for _ in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    """
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
