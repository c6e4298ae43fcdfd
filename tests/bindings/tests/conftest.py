"""What every topic's tests share."""

import sys
from contextlib import contextmanager

import hypothesis
import pytest

# Shared machines pause now and then: a slow example is no failure.
hypothesis.settings.register_profile("suite", deadline=None, database=None, max_examples=30)
hypothesis.settings.load_profile("suite")


@pytest.fixture
def raises_exactly():
    """`pytest.raises`, for this very class and this very text."""

    @contextmanager
    def check(kind, text):
        with pytest.raises(kind) as caught:
            yield caught
        assert type(caught.value) is kind
        assert str(caught.value) == text

    return check


@pytest.fixture
def raises_for_argument():
    """An error of an argument's conversion: its class, its text and the argument it names."""

    @contextmanager
    def check(argument, kind, text=None):
        with pytest.raises(kind) as caught:
            yield caught
        assert type(caught.value) is kind
        if sys.version_info >= (3, 11):
            assert caught.value.__notes__ == [f"while processing '{argument}'"]
            if text is not None:
                assert str(caught.value) == text
        elif text is not None:
            # Exceptions carry no notes there: the name may stand before the text, or be lost.
            assert str(caught.value) in (text, f"argument '{argument}': {text}")

    return check
