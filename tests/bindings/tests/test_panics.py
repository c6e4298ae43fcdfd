"""Panics: none crosses into C; each becomes an exception."""

import gc
import subprocess
import sys

import pytest
from exuvia_bindings_tests import panics

PanicException = panics.panic_exception_type()


@pytest.fixture(autouse=True)
def quiet(capfd):
    """Rust reports each panic on standard error: kept out of the way of a failure's own words."""
    yield
    capfd.readouterr()


@pytest.fixture
def panics_with():
    def check(text):
        return pytest.raises(PanicException, match=f"^{text}$")

    return check


def test_the_exception_is_no_ordinary_one():
    assert PanicException.__bases__ == (BaseException,)
    assert PanicException.__name__ == "PanicException"
    assert not issubclass(PanicException, Exception)


@pytest.mark.parametrize(
    "name, args, text",
    [
        ("panic_with_text", (), "a plain message"),
        ("panic_with_format", (4,), "number 4 is out of the question"),
        ("panic_with_value", (), "panic from Rust code"),
        ("index_out_of_bounds", (10,), "index out of bounds: the len is 3 but the index is 10"),
        ("unwrap_none", (), "called `Option::unwrap\\(\\)` on a `None` value"),
        ("panic_while_detached", (), "far from Python"),
        ("bad_conversion", (), "in the conversion of a result"),
        ("bad_argument", (1,), "in the conversion of an argument"),
        ("panic_in_temporary", (), "a temporary's drop"),
        ("panic_through_python", (), "a plain message"),
    ],
)
def test_functions(panics_with, name, args, text):
    for _ in range(3):
        with panics_with(text):
            getattr(panics, name)(*args)


def test_the_panic_is_reported_on_standard_error(capfd):
    with pytest.raises(PanicException):
        panics.panic_with_text()
    assert "a plain message" in capfd.readouterr().err


def test_a_panic_through_python_and_rust_again(panics_with):
    with panics_with("a plain message"):
        panics.call(lambda: panics.call(panics.panic_with_text))


def test_a_panic_runs_through_finally(panics_with):
    seen = []

    def function():
        try:
            panics.panic_with_text()
        finally:
            seen.append("finally")

    with panics_with("a plain message"):
        panics.call(function)
    assert seen == ["finally"]


def test_a_panic_caught_in_python_is_over():
    def function():
        try:
            panics.panic_with_text()
        except PanicException as problem:
            return str(problem)

    assert panics.call(function) == "a plain message"


def test_rust_cannot_swallow_a_panic_unawares(panics_with):
    with panics_with("a plain message"):
        panics.swallow(panics.panic_with_text)
    assert panics.swallow(lambda: 1 / 0) is True


def test_an_ordinary_except_does_not_catch_it():
    with pytest.raises(PanicException):
        try:
            panics.panic_with_text()
        except Exception:
            pytest.fail("caught as an ordinary exception")


def setitem(touchy):
    touchy[0] = 1


def iadd(touchy):
    touchy += 1


def set_property(touchy):
    touchy.property = 5


@pytest.mark.parametrize(
    "touch, text",
    [
        (lambda t: panics.Touchy(panic_now=True), "told to panic in the constructor"),
        (lambda t: t.method(), "in a method"),
        (lambda t: t.fixed(), "in a static method"),
        (lambda t: t.of_class(), "in a class method"),
        (lambda t: t.property, "in a getter"),
        (set_property, "in a setter, given 5"),
        (repr, "in repr"),
        (str, "in str"),
        (len, "in len"),
        (bool, "in bool"),
        (hash, "in hash"),
        (lambda t: t == 1, "in eq"),
        (lambda t: t != 1, "in eq"),
        (lambda t: t < 1, "in lt"),
        (lambda t: t + 1, "in add"),
        (lambda t: 1 + t, "in radd"),
        (iadd, "in iadd"),
        (lambda t: t[0], "in getitem"),
        (setitem, "in setitem"),
        (lambda t: 1 in t, "in contains"),
        (next, "in next"),
        (lambda t: t(), "in call"),
    ],
)
def test_classes(panics_with, touch, text):
    touchy = panics.Touchy()
    for _ in range(2):
        with panics_with(text):
            touch(touchy)


def test_iter_panics_too():
    with pytest.raises(PanicException) as caught:
        iter(panics.Touchy())
    assert str(caught.value) == "in iter"


def test_a_panic_ends_its_borrow(panics_with):
    touchy = panics.Touchy()
    for _ in range(3):
        with panics_with("in a mutating method"):
            touchy.mutating_method()
    assert touchy.touches == 3


def test_a_panic_in_drop_is_reported_as_unraisable():
    heard = []
    hook, sys.unraisablehook = sys.unraisablehook, lambda each: heard.append((each.exc_type, str(each.exc_value)))
    try:
        touchy = panics.Touchy(panic_on_drop=True)
        del touchy
        gc.collect()
    finally:
        sys.unraisablehook = hook
    assert heard == [(PanicException, "in drop")]


def test_a_panic_in_drop_keeps_the_exception_on_its_way():
    heard = []
    hook, sys.unraisablehook = sys.unraisablehook, lambda each: heard.append(str(each.exc_value))
    try:

        def function():
            touchy = panics.Touchy(panic_on_drop=True)
            assert touchy is not None
            raise LookupError("on its way")

        with pytest.raises(LookupError, match="on its way") as caught:
            function()
        del caught
        gc.collect()
    finally:
        sys.unraisablehook = hook
    assert heard == ["in drop"]


def test_an_uncaught_panic_ends_the_program_in_the_ordinary_way():
    done = subprocess.run(
        [sys.executable, "-c", "from exuvia_bindings_tests import panics; panics.panic_with_text()"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "PanicException: a plain message" in done.stderr


def test_references_survive_a_panic():
    witness = object()
    before = sys.getrefcount(witness)
    for _ in range(10):
        with pytest.raises(PanicException):
            panics.bad_argument(witness)
    gc.collect()
    assert sys.getrefcount(witness) == before
