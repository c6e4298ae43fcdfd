"""The counter, against a model of a few lines."""

import importlib.resources

import pytest
from counter import Counter, Reset
from hypothesis import example, given
from hypothesis import strategies as st

RESETS = {Reset.Never: None, Reset.OnNewline: "\n", Reset.OnSpace: " "}
TEXT = st.text(st.sampled_from("ab \nñ𝄞") | st.characters(exclude_categories=["Cs"]))


def stretches(text, reset):
    """The text cut where the counter starts again, each piece with the character that ends it."""
    separator = RESETS[reset]
    if separator is None:
        return [text]
    *ended, last = text.split(separator)
    return [stretch + separator for stretch in ended] + [last]


@given(
    pieces=st.lists(TEXT),
    character=st.sampled_from("ab \nñ𝄞"),
    least=st.integers(1, 4),
    reset=st.sampled_from(list(RESETS)),
)
@example(pieces=["\n"], character="\n", least=1, reset=Reset.OnNewline)
@example(pieces=["  "], character=" ", least=2, reset=Reset.OnSpace)
def test_any_text_in_any_pieces(pieces, character, least, reset):
    counter = Counter(character, least, reset)
    answers = [counter.feed(piece) for piece in pieces]

    for end, answer in enumerate(answers, start=1):
        counts = [stretch.count(character) for stretch in stretches("".join(pieces[:end]), reset)]
        assert answer is (max(counts) >= least)
    counts = [stretch.count(character) for stretch in stretches("".join(pieces), reset)]
    assert counter.count == counts[-1]
    assert counter.reached is bool(counter) is (max(counts) >= least)


def test_the_example_of_the_readme():
    counter = Counter("!", least=3, reset=Reset.OnNewline)
    assert [counter.feed(piece) for piece in ["Hey!! ", "You!!", "\nstop!"]] == [False, True, True]
    assert counter.reached
    assert counter.count == 1


def test_defaults_and_attributes():
    counter = Counter("x", 2)
    assert (counter.character, counter.least, counter.reset) == ("x", 2, Reset.Never)
    assert (counter.count, counter.reached) == (0, False)
    with pytest.raises(AttributeError):
        counter.count = 5


def test_clearing():
    counter = Counter("x", 1)
    assert counter.feed("x")
    counter.clear()
    assert (counter.count, counter.reached) == (0, False)
    assert counter.feed("x")


def test_what_it_looks_like():
    counter = Counter("\n", 2, Reset.OnSpace)
    counter.feed("a\nb")
    assert repr(counter) == "<Counter of '\\n': 1 of 2, reset OnSpace, not reached>"


@pytest.mark.parametrize(
    "arguments, error",
    [
        (("", 1), ValueError),
        (("ab", 1), ValueError),
        ((b"a", 1), TypeError),
        (("a", 0), ValueError),
        (("a", -1), OverflowError),
        (("a", 2**64), OverflowError),
        (("a", 1.0), TypeError),
        (("a", 1, 0), TypeError),
        (("a",), TypeError),
    ],
)
def test_bad_arguments(arguments, error):
    with pytest.raises(error):
        Counter(*arguments)


def test_text_that_is_no_text():
    counter = Counter("a", 1)
    with pytest.raises(TypeError):
        counter.feed(b"a")
    with pytest.raises(UnicodeEncodeError):
        counter.feed("\ud800")
    assert counter.count == 0


def test_resets_are_values():
    assert Reset.Never == Reset.Never != Reset.OnSpace
    assert len({Reset.Never, Reset.OnNewline, Reset.OnSpace, Reset.Never}) == 3
    assert repr(Reset.OnSpace) == "Reset.OnSpace"
    with pytest.raises(TypeError):
        Reset()


def test_types_are_shipped():
    files = importlib.resources.files("counter")
    assert (files / "py.typed").is_file()
    assert "class Counter:" in (files / "__init__.pyi").read_text()
