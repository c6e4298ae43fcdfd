"""Generalised Lucas sequences, against a model of a few lines."""

import importlib.resources
import sys
import threading
import time
from itertools import islice

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lucas import Lucas, nth

INT128 = st.integers(-(2**127), 2**127 - 1)
SMALL = st.integers(-5, 5)


def terms_of(coefficients, initial, count):
    terms = list(initial)
    while len(terms) < count:
        terms.append(sum(c * x for c, x in zip(coefficients, reversed(terms))))
    return terms[:count]


@st.composite
def recurrences(draw, numbers):
    order = draw(st.integers(1, 6))
    several = st.lists(numbers, min_size=order, max_size=order)
    return draw(several), draw(several)


@given(recurrences(SMALL), st.integers(0, 60))
def test_terms(recurrence, count):
    assert list(islice(Lucas(*recurrence), count)) == terms_of(*recurrence, count)


@given(recurrences(INT128), st.integers(0, 12))
@example(([2**127 - 1], [2**127 - 1]), 5)
@example(([-(2**127)], [-(2**127)]), 5)
@example(([1, 1], [2**127 - 1, 1]), 5)
@example(([-1], [-(2**127)]), 5)
def test_terms_beyond_128_bits(recurrence, count):
    assert list(islice(Lucas(*recurrence), count)) == terms_of(*recurrence, count)


@given(recurrences(INT128), st.integers(0, 200), st.integers(1, 2**64 - 1))
@example(([1], [1]), 0, 1)
@example(([2**127 - 1, -(2**127)], [-1, 1]), 200, 2**64 - 1)
def test_single_terms(recurrence, n, modulus):
    assert nth(*recurrence, n, modulus) == terms_of(*recurrence, n + 1)[n] % modulus


def test_far_terms():
    # The Pisano period of 10**9 is 1.5 * 10**9.
    assert nth([1, 1], [0, 1], 10**18, 10**9) == nth([1, 1], [0, 1], 10**18 % (15 * 10**8), 10**9) == 560546875
    assert nth([2], [1], 2**64 - 1, 2**61 - 1) == pow(2, 2**64 - 1, 2**61 - 1)


def test_the_examples_of_the_readme():
    assert list(islice(Lucas(coefficients=[1, 1], initial=[0, 1]), 10)) == [0, 1, 1, 2, 3, 5, 8, 13, 21, 34]
    assert list(islice(Lucas([1, 1, 1], [0, 0, 1]), 10)) == [0, 0, 1, 1, 2, 4, 7, 13, 24, 44]


def test_a_long_walk():
    *_, last = islice(Lucas([1, 1], [0, 1]), 2001)
    a, b = 0, 1
    for _ in range(2000):
        a, b = b, a + b
    assert last == a


def test_it_is_an_iterator_with_a_state_of_its_own():
    sequence = Lucas((1, 1), range(2))
    assert iter(sequence) is sequence
    assert next(sequence) == 0
    assert [term for term, _ in zip(sequence, range(3))] == [1, 1, 2]
    assert next(Lucas([1, 1], [0, 1])) == 0
    assert sequence.order == 2
    assert repr(sequence) == "<Lucas of [1, 1]>"


@pytest.mark.parametrize("coefficients, initial", [([], []), ([1], []), ([1, 2], [1]), ([1], [1, 2])])
def test_lengths_must_agree(coefficients, initial):
    with pytest.raises(ValueError):
        Lucas(coefficients, initial)
    with pytest.raises(ValueError):
        nth(coefficients, initial, 5, 7)


def test_what_does_not_fit_is_refused():
    for bad in (2**127, -(2**127) - 1):
        with pytest.raises(OverflowError):
            Lucas([bad], [1])
        with pytest.raises(OverflowError):
            nth([1], [bad], 5, 7)
    for n, modulus in [(-1, 7), (2**64, 7), (5, -1), (5, 2**64)]:
        with pytest.raises(OverflowError):
            nth([1], [1], n, modulus)
    with pytest.raises(ValueError, match="modulus must be 1 or more"):
        nth([1], [1], 5, 0)
    with pytest.raises(TypeError):
        Lucas([1.5], [1])
    with pytest.raises(TypeError):
        Lucas("1", "1")


def test_others_run_while_a_term_is_computed():
    order = 150
    done = threading.Event()

    def work():
        nth([1] * order, [1] * order, 2**64 - 1, 2**61 - 1)
        done.set()

    thread = threading.Thread(target=work)
    begun = time.monotonic()
    thread.start()
    ticks = 0
    while not done.is_set():
        time.sleep(0.001)
        ticks += 1
    thread.join()
    # Held up by the computation, this thread would have had one turn or two.
    assert ticks > 5, f"{ticks} turns in {time.monotonic() - begun:.2f} s"


def test_large_terms_are_given_back():
    sequence = Lucas([1, 1], [0, 1])
    terms = list(islice(sequence, 500))
    owners = sys.getrefcount(terms[400])
    # The list and the argument of getrefcount: terms that have left the window have no other owner.
    assert owners == 2


def test_types_are_shipped():
    files = importlib.resources.files("lucas")
    assert (files / "py.typed").is_file()
    assert "class Lucas(Iterator[int]):" in (files / "__init__.pyi").read_text()
