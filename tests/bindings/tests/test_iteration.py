"""Iteration over classes."""

import itertools
import operator
import sys

import pytest
from exuvia_bindings_tests import iteration


@pytest.mark.parametrize("length", [0, 1, 2, 1000])
def test_an_iterator_is_walked_to_its_end(length):
    countdown = iteration.Countdown(length)
    assert operator.length_hint(countdown) == length
    assert iter(countdown) is countdown
    assert list(countdown) == list(range(length))[::-1]
    assert list(countdown) == []
    with pytest.raises(StopIteration) as caught:
        next(countdown)
    assert caught.value.args == ()
    assert next(countdown, "default") == "default"


def test_a_for_loop_and_unpacking():
    seen = []
    for number in iteration.Countdown(3):
        seen.append(number)
    assert seen == [2, 1, 0]
    a, *rest = iteration.Countdown(3)
    assert (a, rest) == (2, [1, 0])
    assert 1 in iteration.Countdown(3)
    assert 7 not in iteration.Countdown(3)
    assert list(zip(iteration.Countdown(2), "ab")) == [(1, "a"), (0, "b")]


def test_each_walk_has_its_own_iterator():
    letters = iteration.Letters("añ𝄞")
    assert list(letters) == ["a", "ñ", "𝄞"]
    first, second = iter(letters), iter(letters)
    assert next(first) == next(second) == "a"
    assert type(first) is iteration.LettersIterator
    assert iter(first) is first


def test_an_error_does_not_end_the_iterator():
    stumbling = iteration.Stumbling()
    seen = []
    with pytest.raises(ValueError, match="stumbled"):
        for step in stumbling:
            seen.append(step)
    assert seen == [1, 2]
    assert list(stumbling) == [4, 5]


def test_next_without_option_never_ends():
    endless = iteration.Endless()
    assert [next(endless) for _ in range(100)] == ["again"] * 100


def test_none_can_be_an_item():
    assert list(iteration.Gaps()) == [1, None, 3]


def test_items_alone_suffice():
    assert list(iteration.Indexed()) == [0, 1, 2]
    assert 2 in iteration.Indexed()
    assert 3 not in iteration.Indexed()


def test_an_iterator_cannot_be_advanced_from_within_itself():
    iterator = iteration.CallingBack(lambda: next(iterator))
    with pytest.raises(RuntimeError, match="Already borrowed"):
        next(iterator)
    iterator = iteration.CallingBack(lambda: 5)
    assert next(iterator) == 5


def test_a_callback_error_passes_through():
    def stop():
        raise StopIteration("from below")

    with pytest.raises(StopIteration, match="from below"):
        next(iteration.CallingBack(stop))


def test_walks_balance_references():
    items = [object() for _ in range(3)]
    source = itertools.cycle(items)
    for _ in items:
        next(source)  # which keeps its own copies from here on
    iterator = iteration.CallingBack(lambda: next(source))
    before = [sys.getrefcount(item) for item in items]
    count = 0
    for item in iterator:
        count += 1
        if count == 100:
            break
    del item
    assert [sys.getrefcount(item) for item in items] == before
