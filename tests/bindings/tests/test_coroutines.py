"""`async fn`: what a coroutine waits for, how long its arguments are borrowed, and what cancels it."""

import asyncio
import collections.abc
import gc
import inspect
import sys
import threading
import time
import warnings

import exuvia_bindings_tests
import pytest
from every_kind import finish
from exuvia_bindings_tests import coroutines


def test_an_async_function_gives_a_coroutine():
    coroutine = coroutines.number()
    assert isinstance(coroutine, collections.abc.Coroutine)
    assert asyncio.iscoroutine(coroutine)
    assert asyncio.run(coroutines.number()) == 42
    coroutine.close()


@pytest.mark.parametrize(
    ("coroutine", "result"),
    [
        (coroutines.nothing, None),
        (coroutines.pair, (42, 43)),
        (lambda: coroutines.fallible(False), "fine"),
        (lambda: coroutines.yields(5), 5),
        (lambda: coroutines.gathered(1, 2, a=3), ((1, 2), {"a": 3})),
        (coroutines.gathered, ((), None)),
        (lambda: coroutines.text_length("héllo"), 6),
        (lambda: coroutines.optional_length(), None),
        (lambda: coroutines.optional_length("abc"), 3),
        (coroutines.own_module, "coroutines"),
    ],
)
def test_results(coroutine, result):
    assert asyncio.run(coroutine()) == result
    assert finish(coroutine()) == result


@pytest.mark.skipif(exuvia_bindings_tests.ENGINE == "PyO3", reason="PyO3 0.30.1 refuses to compile it: its future would borrow from a temporary")
def test_functions_for_arguments():
    assert asyncio.run(coroutines.length([1, 2, 3])) == 3


def test_names():
    counter = coroutines.Counter()
    for coroutine, name, qualname in [
        (coroutines.number(), "number", "number"),
        (counter.by_object(), "by_object", "Counter.by_object"),
        (counter.get(True), "get", "Counter.get"),
        (coroutines.Counter.of_nobody(1), "of_nobody", "Counter.of_nobody"),
        (coroutines.Counter.of_class(), "of_class", "Counter.of_class"),
    ]:
        assert (coroutine.__name__, coroutine.__qualname__) == (name, qualname)
        finish(coroutine)


def test_the_signature_and_the_warning_are_the_calls_own():
    assert coroutines.renamed.__text_signature__ == "(a, /, b=2, *, c=...)"
    assert coroutines.nothing.__doc__ == "Does nothing, later."
    with pytest.warns(UserWarning, match="^careful$"):
        coroutine = coroutines.renamed(1, c="d")
    assert coroutine.__name__ == "renamed"
    assert finish(coroutine) == "1 2 d"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(UserWarning, match="^careful$"):
            coroutines.renamed(1)


def test_arguments_that_do_not_fit_the_signature_are_refused_at_once(raises_exactly):
    with raises_exactly(TypeError, "text_length() missing 1 required positional argument: 'text'"):
        coroutines.text_length()


def test_arguments_that_do_not_convert_are_refused_when_it_runs(raises_for_argument):
    coroutine = coroutines.sleep("soon")
    with raises_for_argument("seconds", TypeError, "must be real number, not str"):
        coroutine.send(None)
    coroutine = coroutines.Counter().plus(5, None, 1)
    with raises_for_argument("other", TypeError, "'int' object is not an instance of 'Counter'"):
        asyncio.run(coroutine)


def test_errors_come_out(raises_exactly):
    with raises_exactly(ValueError, "asked to fail"):
        asyncio.run(coroutines.fallible(True))


def test_a_panic_ends_the_coroutine(raises_exactly):
    coroutine = coroutines.panics()
    with pytest.raises(BaseException) as caught:
        asyncio.run(coroutine)
    assert type(caught.value).__name__ == "PanicException"
    assert str(caught.value) == "asked to panic"
    with raises_exactly(RuntimeError, "cannot reuse already awaited coroutine"):
        coroutine.send(None)


def test_a_coroutine_runs_once(raises_exactly):
    coroutine = coroutines.number()
    assert finish(coroutine) == 42
    for again in (lambda: coroutine.send(None), lambda: next(coroutine), lambda: coroutine.throw(ValueError())):
        with raises_exactly(RuntimeError, "cannot reuse already awaited coroutine"):
            again()


def test_close_ends_a_coroutine(raises_exactly):
    coroutine = coroutines.forever()
    coroutine.close()
    coroutine.close()
    with raises_exactly(RuntimeError, "cannot reuse already awaited coroutine"):
        coroutine.send(None)


def test_a_coroutine_yields_none_when_it_wakes_itself():
    coroutine = coroutines.yields(2)
    assert coroutine.send(None) is None
    assert next(coroutine) is None
    with pytest.raises(StopIteration) as stop:
        coroutine.send("ignored")
    assert stop.value.value == 2


def test_awaiting_from_python():
    async def main():
        return await coroutines.number() + await coroutines.sleep(0.001)

    assert asyncio.run(main()) == 42.001
    coroutine = coroutines.number()
    assert coroutine.__await__() is coroutine
    coroutine.close()


def test_waiting_for_other_threads():
    async def main():
        begun = time.perf_counter()
        slept = await asyncio.gather(*(coroutines.sleep(0.05) for _ in range(20)))
        return slept, time.perf_counter() - begun

    slept, seconds = asyncio.run(main())
    assert slept == [0.05] * 20
    assert 0.05 <= seconds < 0.8


def test_waiting_again_and_again():
    async def main():
        return await asyncio.gather(*(coroutines.sleeps(50) for _ in range(10)))

    assert asyncio.run(main()) == [50] * 10


def test_waiting_needs_a_loop(raises_exactly):
    with raises_exactly(RuntimeError, "no running event loop"):
        coroutines.forever().send(None)


def test_a_loop_that_is_closed_before_the_future_wakes(capfd):
    """Nobody is left who waits, and nothing is said."""
    coroutine = coroutines.sleep(0.05)

    async def main():
        # Polled here, where a loop runs, but not waited for.
        coroutine.send(None)

    asyncio.run(main())
    time.sleep(0.1)
    assert capfd.readouterr().err == ""
    assert finish(coroutine) == 0.05


def test_an_exception_drops_the_future():
    before = coroutines.dropped()
    coroutine = coroutines.counted(None, False)
    coroutine.send(None)
    with pytest.raises(ValueError, match="^thrown$"):
        coroutine.throw(ValueError("thrown"))
    assert coroutines.dropped() == before + 1
    with pytest.raises(RuntimeError):
        coroutine.send(None)


def test_futures_are_dropped_with_their_coroutine_when_closed_and_when_they_panic():
    before = coroutines.dropped()
    coroutine = coroutines.counted(None, False)
    coroutine.send(None)
    del coroutine
    gc.collect()
    assert coroutines.dropped() == before + 1
    coroutine = coroutines.counted(None, False)
    coroutine.send(None)
    coroutine.close()
    assert coroutines.dropped() == before + 2
    coroutine = coroutines.counted(None, True)
    coroutine.send(None)
    with pytest.raises(BaseException, match="asked to panic"):
        coroutine.send(None)
    assert coroutines.dropped() == before + 3


def test_a_coroutine_that_never_ran_releases_its_arguments():
    kept = object()
    before = sys.getrefcount(kept)
    coroutine = coroutines.counted(kept, False)
    assert sys.getrefcount(kept) > before
    del coroutine
    assert sys.getrefcount(kept) == before
    coroutine = coroutines.counted(kept, False)
    coroutine.send(None)
    coroutine.close()
    del coroutine
    assert sys.getrefcount(kept) == before


def test_cancelling_a_task():
    async def main():
        task = asyncio.create_task(coroutines.sleep(999))
        await asyncio.sleep(0)
        task.cancel()
        await task

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(main())


def test_a_handle_is_told_of_the_cancellation():
    async def main():
        task = asyncio.create_task(coroutines.until_cancelled())
        await asyncio.sleep(0)
        task.cancel()
        return await task

    assert isinstance(asyncio.run(main()), asyncio.CancelledError)


def test_a_handle_gets_what_is_thrown():
    coroutine = coroutines.until_cancelled()
    thrown = ValueError("thrown")
    with pytest.raises(StopIteration) as stop:
        coroutine.throw(thrown)
    assert stop.value.value is thrown


def test_a_handle_can_be_asked():
    async def main():
        task = asyncio.create_task(coroutines.sleep_loop(10_000))
        await asyncio.sleep(0.01)
        task.cancel()
        return await task

    assert asyncio.run(main()) is True
    assert asyncio.run(coroutines.sleep_loop(2)) is False
    assert str(inspect.signature(coroutines.sleep_loop)) == "(rounds)"


@pytest.mark.parametrize("first", ["get", "increment"])
@pytest.mark.parametrize("second", ["get", "increment"])
def test_a_receiver_is_borrowed_as_long_as_the_future_lasts(first, second):
    counter = coroutines.Counter()

    async def main():
        hanging = asyncio.ensure_future(getattr(counter, first)(False))
        await asyncio.sleep(0)
        try:
            return await getattr(counter, second)(True)
        finally:
            hanging.cancel()

    if first == second == "get":
        assert asyncio.run(main()) == 0
    else:
        with pytest.raises(RuntimeError, match="borrowed$"):
            asyncio.run(main())
    # The borrow ends with the future.
    assert asyncio.run(counter.increment(True)) == 1


def test_a_receiver_is_not_borrowed_before_the_future_runs():
    counter = coroutines.Counter()
    waiting = counter.increment(True)
    assert asyncio.run(counter.get(True)) == 0
    assert asyncio.run(waiting) == 1


def test_instances_as_arguments():
    one, two = coroutines.Counter(), coroutines.Counter()
    asyncio.run(one.increment(True))
    asyncio.run(two.increment(True))
    asyncio.run(two.increment(True))
    assert asyncio.run(coroutines.sum(one, two)) == 3
    assert asyncio.run(coroutines.sum(one, one)) == 2
    assert asyncio.run(one.plus(two, one, 10)) == 14
    assert asyncio.run(one.plus(two, None, 10)) == 13
    with pytest.raises(RuntimeError, match="^Already mutably borrowed"):
        asyncio.run(coroutines.take_over(one, one))
    asyncio.run(coroutines.take_over(one, two))
    assert asyncio.run(one.get(True)) == 2


def test_objects_and_classes():
    counter = coroutines.Counter()
    assert asyncio.run(counter.by_object()) is counter
    assert asyncio.run(coroutines.Counter.of_class()) is coroutines.Counter
    assert asyncio.run(coroutines.Counter.of_nobody(7)) == 7


def test_an_async_context_manager():
    counter = coroutines.Counter()

    async def main():
        async with counter as entered:
            assert entered is counter
            raise ValueError("swallowed")

    asyncio.run(main())
    assert asyncio.run(counter.get(True)) == 100


def test_results_borrowed_from_the_arguments():
    assert asyncio.run(coroutines.Text("text").borrowed()) == "text"
    assert asyncio.run(coroutines.Text("text").or_else("default")) == "text"
    assert asyncio.run(coroutines.Text("").or_else("default")) == "default"


def test_a_coroutine_is_polled_by_one_thread_at_a_time():
    """Sent to from several threads, each at its time."""
    coroutine = coroutines.yields(30)
    results = []

    def send():
        try:
            while True:
                coroutine.send(None)
                time.sleep(0)
        except (StopIteration, RuntimeError) as end:
            results.append(end)

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 4
    assert sum(isinstance(end, StopIteration) for end in results) <= 1
