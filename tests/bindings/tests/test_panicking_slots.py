"""Panics where CPython calls by slot, in destructors, in the garbage collector, and while a module is filled."""

import gc
import importlib.machinery
import importlib.util
import operator
import subprocess
import sys
import weakref
from pathlib import Path

import exuvia_bindings_tests
import pytest
from exuvia_bindings_tests import LIMITED, coroutines, panicking_slots as slots, panics

PanicException = panics.panic_exception_type()
PYO3 = exuvia_bindings_tests.ENGINE == "PyO3"


@pytest.fixture(autouse=True)
def quiet(capfd):
    """Rust reports each panic on standard error: kept out of the way of a failure's own words."""
    yield
    capfd.readouterr()


@pytest.fixture
def unraisable():
    """The texts of what is reported through `sys.unraisablehook`."""
    heard = []
    hook, sys.unraisablehook = sys.unraisablehook, lambda each: heard.append(str(each.exc_value))
    yield heard
    sys.unraisablehook = hook


def panics_with(text):
    return pytest.raises(PanicException, match=f"^{text}$")


@pytest.mark.parametrize(
    "operate, text",
    [
        (lambda o: o - 1, "in sub"),
        (lambda o: 1 - o, "in rsub"),
        (lambda o: operator.isub(o, 1), "in isub"),
        (lambda o: o * 1, "in mul"),
        (lambda o: o @ 1, "in matmul"),
        (lambda o: o / 1, "in truediv"),
        (lambda o: o // 1, "in floordiv"),
        (lambda o: o % 1, "in mod"),
        (lambda o: divmod(o, 1), "in divmod"),
        (lambda o: o**1, "in pow"),
        (lambda o: 1**o, "in rpow"),
        (lambda o: operator.ipow(o, 1), "in ipow"),
        (lambda o: o << 1, "in lshift"),
        (lambda o: o >> 1, "in rshift"),
        (lambda o: o & 1, "in and"),
        (lambda o: o | 1, "in or"),
        (lambda o: o ^ 1, "in xor"),
        (lambda o: -o, "in neg"),
        (lambda o: +o, "in pos"),
        (abs, "in abs"),
        (lambda o: ~o, "in invert"),
        (int, "in int"),
        (float, "in float"),
        (operator.index, "in index"),
        (round, "in round"),
    ],
)
def test_operators(operate, text):
    operators = slots.Operators()
    before = sys.getrefcount(operators)
    for _ in range(2):
        with panics_with(text):
            operate(operators)
    gc.collect()
    assert sys.getrefcount(operators) == before


@pytest.mark.parametrize(
    "touch, text",
    [
        (lambda a: a.missing, "in getattr"),
        (lambda a: getattr(a, "missing", None), "in getattr"),
        (lambda a: setattr(a, "name", 1), "in setattr"),
        (lambda a: delattr(a, "name"), "in delattr"),
        (dir, "in dir"),
    ],
)
def test_attributes(touch, text):
    with panics_with(text):
        touch(slots.Attributes())


def test_every_attribute():
    with panics_with("in getattribute"):
        slots.EveryAttribute().anything


class Described:
    attribute = slots.Descriptor()


@pytest.mark.parametrize(
    "touch, text",
    [
        (lambda d: d.attribute, "in get"),
        (lambda d: setattr(d, "attribute", 1), "in set"),
        (lambda d: delattr(d, "attribute"), "in delete"),
    ],
)
def test_descriptors(touch, text):
    with panics_with(text):
        touch(Described())


@pytest.mark.parametrize(
    "touch, text",
    [
        (lambda c: c[0], "in getitem"),
        (list, "in getitem"),
        (lambda c: 1 in c, "in getitem"),
        (lambda c: operator.delitem(c, 0), "in delitem"),
        (lambda c: operator.concat(c, c), "in concat"),
        (lambda c: c * 3, "in repeat"),
        (reversed, "in reversed"),
    ],
)
def test_containers(touch, text):
    with panics_with(text):
        touch(slots.Container())


async def await_it(waiting):
    return await waiting


async def loop_over(waiting):
    async for each in waiting:
        return each


def enter(waiting):
    with waiting:
        pass


def start(coroutine):
    try:
        coroutine.send(None)
    finally:
        coroutine.close()


@pytest.mark.parametrize(
    "touch, text",
    [
        (lambda w: start(await_it(w)), "in await"),
        (lambda w: start(loop_over(w)), "in aiter"),
        (lambda w: type(w).__anext__(w), "in anext"),
        (enter, "in enter"),
        (lambda w: w.__exit__(None, None, None), "in exit"),
    ],
)
def test_waiting(touch, text):
    with panics_with(text):
        touch(slots.Waiting())


def test_init():
    with panics_with("in init"):
        slots.Initialised()
    with panics_with("in init"):
        type("Sub", (slots.Initialised,), {})()


def test_a_coroutine():
    with panics_with("asked to panic"):
        coroutines.panics().send(None)


needs_buffers = pytest.mark.skipif(LIMITED, reason="the limited API of Python 3.10 has no buffers")


@needs_buffers
def test_getting_memory():
    memory = slots.Memory(False)
    before = sys.getrefcount(memory)
    for _ in range(3):
        with panics_with("in getbuffer"):
            memoryview(memory)
    assert sys.getrefcount(memory) == before


@needs_buffers
def test_giving_memory_back(unraisable):
    memory = slots.Memory(True)
    before = sys.getrefcount(memory)
    view = memoryview(memory)
    assert bytes(view) == b"1234"
    view.release()
    del view
    assert unraisable == ["in releasebuffer"]
    assert sys.getrefcount(memory) == before


@needs_buffers
def test_giving_memory_back_with_an_exception_on_its_way(unraisable):
    with pytest.raises(LookupError, match="^on its way$"):
        with memoryview(slots.Memory(True)):
            raise LookupError("on its way")
    assert unraisable == ["in releasebuffer"]


def cycle(panics_in):
    first = slots.Cycle(panics_in)
    first.itself = first
    return weakref.ref(first)


def test_in_traverse():
    """What cannot be looked at counts as in use."""
    slots.panic_in_traverse(True)
    reference = cycle("traverse")
    gc.collect()
    assert reference() is not None
    slots.panic_in_traverse(False)
    gc.collect()
    assert reference() is None


def test_in_clear(unraisable):
    reference = cycle("clear")
    gc.collect()
    assert reference() is None
    assert unraisable == ["in clear"]


def test_in_drop(unraisable):
    reference = cycle("drop")
    gc.collect()
    assert reference() is None
    assert unraisable == ["in drop"]


def test_in_a_drop_while_another_collection_begins(unraisable):
    references = [cycle("drop") for _ in range(100)]
    gc.collect()
    assert all(reference() is None for reference in references)
    assert unraisable == ["in drop"] * 100


@pytest.mark.skipif(PYO3, reason="PyO3 0.30.1 does not drop the value of the base then")
def test_in_the_drop_of_two_levels(unraisable):
    witness = object()
    before = sys.getrefcount(witness)
    slots.Sub(witness)
    assert unraisable == ["in the drop of the subclass", "in the drop of the base"]
    assert sys.getrefcount(witness) == before


def test_in_the_drop_of_a_field(unraisable):
    witness = object()
    before = sys.getrefcount(witness)
    slots.Counted(witness)
    assert unraisable == ["in the drop of a field"]
    assert sys.getrefcount(witness) == before


def test_with_half_of_an_instance():
    for _ in range(3):
        with panics_with("with half of the values"):
            slots.HalfMade()


def test_a_text_with_nul():
    with pytest.raises(PanicException) as caught:
        slots.panic_with_nul()
    assert str(caught.value) == "a\0b"


@pytest.mark.skipif(PYO3, reason="PyO3 0.30.1 ends the process then")
def test_what_was_thrown_panics_in_its_turn():
    for _ in range(3):
        with panics_with("panic from Rust code"):
            slots.payload_panics_on_drop()


def test_in_a_class_attribute():
    with pytest.raises(PanicException):
        slots.class_with_attribute(True)
    with pytest.raises(PanicException):
        slots.class_with_attribute(True)
    assert slots.class_with_attribute(False).attribute == 5


@pytest.mark.parametrize(
    "name, text",
    [
        ("panicking_function_form", "while the module is filled"),
        ("panicking_module_form", "in the module's init"),
    ],
)
def test_in_a_module(name, text):
    # The library is the module itself, or lies in the package that maturin makes.
    folder = Path(exuvia_bindings_tests.__file__).parent
    path = next(str(each) for each in folder.glob("exuvia_bindings_tests*") if each.suffix in (".so", ".pyd"))
    loader = importlib.machinery.ExtensionFileLoader(name, path)
    spec = importlib.util.spec_from_file_location(name, path, loader=loader)
    for _ in range(3):
        module = importlib.util.module_from_spec(spec)
        with panics_with(text):
            loader.exec_module(module)


def test_calls_that_go_ever_deeper():
    """Python's limit holds for calls that go through Rust."""
    code = """if True:
        import sys, threading
        from exuvia_bindings_tests import functions, panics, classes

        def deeper():
            return panics.call(deeper)

        def deeper_by_method(receivers=classes.Receivers()):
            return receivers.call_shared(deeper_by_method)

        def work():
            for call in deeper, deeper_by_method:
                try:
                    call()
                except RecursionError:
                    print("refused")

        work()
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    """
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "refused\n" * 4), done.stderr
