"""The C library as Python has it: what it gives, and that nothing breaks it."""

import array
import ctypes
import gc
import importlib
import signal
import subprocess
import sys
import threading
import time
import types
import warnings
from decimal import Decimal
from fractions import Fraction

import doors
import pytest
from doors import _api

IS_PYPY = sys.implementation.name == "pypy"

LIMITS = {
    "i8": (-(2**7), 2**7 - 1),
    "i16": (-(2**15), 2**15 - 1),
    "i32": (-(2**31), 2**31 - 1),
    "i64": (-(2**63), 2**63 - 1),
    "isize": (-(2**63), 2**63 - 1),
    "u8": (0, 2**8 - 1),
    "u16": (0, 2**16 - 1),
    "u32": (0, 2**32 - 1),
    "u64": (0, 2**64 - 1),
    "usize": (0, 2**64 - 1),
}


@pytest.mark.parametrize("name", LIMITS)
def test_numbers_come_and_go(name):
    same = getattr(doors, f"same_{name}")
    low, high = LIMITS[name]
    for number in (low, low + 1, 0, 1, high - 1, high):
        assert same(number) == number
    for number in (low - 1, high + 1, 2**70, -(2**70)):
        with pytest.raises(OverflowError):
            same(number)
    for wrong in ("1", None, 1.0):
        with pytest.raises(TypeError):
            same(wrong)


@pytest.mark.parametrize("name", LIMITS)
def test_what_is_no_whole_number_is_not_cut_to_one(name, pytestconfig):
    if IS_PYPY or pytestconfig.getoption("--abi"):
        pytest.skip("cffi asks it for its __int__ in ABI mode")
    for wrong in (Decimal("1.9"), Fraction(7, 4)):
        with pytest.raises(TypeError, match="cannot be interpreted as an integer"):
            getattr(doors, f"same_{name}")(wrong)

    class Index:
        def __index__(self):
            return 5

    assert getattr(doors, f"same_{name}")(Index()) == 5
    assert getattr(doors, f"same_{name}")(True) == 1


def test_floating_point_numbers_come_and_go():
    for number in (0.0, -1.5, float("inf"), 2.0**100):
        assert doors.same_f64(number) == doors.same_f32(number) == number
    assert doors.same_f64(0.1) == 0.1 and doors.same_f32(0.1) == ctypes.c_float(0.1).value
    assert doors.same_f64(float("nan")) != doors.same_f64(float("nan"))
    with pytest.raises(TypeError):
        doors.same_f64("1")


def test_truth_values_are_truth_values():
    assert doors.length(2.5) == 2.5 and doors.shim(7) == 7
    assert doors.other(True) is False and doors.other(False) is True
    assert doors.add(2, 3) == 5 and doors.add(2**31 - 1, 1) == -(2**31)
    with pytest.raises(OverflowError):
        doors.add(2**31, 0)


# Texts


@pytest.mark.parametrize("text", ["", "a", "grüße", "a\0b", "\U0001f980" * 100])
def test_texts_come_and_go(text):
    assert doors.capitals(text) == text.upper()
    assert bytes(doors.encoded(text)) == text.encode()
    assert doors.count(text * 3, text) == (3 * text).count(text)


def test_what_is_no_text():
    for wrong in (b"a", None, 5):
        with pytest.raises(TypeError, match="text must be a str, not "):
            doors.capitals(wrong)
        with pytest.raises(TypeError, match="text must be a str, not "):
            doors.c_length(wrong)
    with pytest.raises(UnicodeEncodeError):
        doors.capitals("\udc80")


class Bytes(bytes):
    """Says that there is more of it than there is."""

    def __len__(self):
        return 1 << 26


class Text(str):
    """Says what it is not."""

    def encode(self, *arguments):
        return Bytes(b"a" * 100)

    def __contains__(self, part):
        return False


def test_texts_that_say_of_themselves_what_they_are_not():
    assert doors.capitals(Text("grüße")) == "GRÜSSE"
    assert doors.count(Text("aba"), Text("a")) == 2
    assert doors.c_length(Text("abc")) == 3
    with pytest.raises(doors.InvalidArgument, match="has a NUL in it"):
        doors.c_length(Text("ab\0cd"))


def test_a_text_of_c_ends_at_its_nul():
    assert doors.c_length("häuser") == 7
    with pytest.raises(doors.InvalidArgument, match="text has a NUL in it"):
        doors.c_length("a\0b")


def test_names_that_python_needs():
    assert doors.type_(1, 2, 3) == doors.type_(lambda_=1, len_=2, result=3) == 6
    assert "type_" in doors.__all__ and "type" not in doors.__all__


# Errors


def test_errors_are_the_librarys_own():
    with pytest.raises(doors.NumberErrorEmpty, match="^nothing is there$") as caught:
        doors.number("")
    assert caught.value.code == 100
    with pytest.raises(doors.NumberError, match="^'x' is no digit$") as caught:
        doors.number("12x")
    assert caught.value.code == 101 and type(caught.value) is doors.NumberErrorDigit
    with pytest.raises(doors.TooLarge, match='^too large: "ü"$') as caught:
        doors.too_large()
    assert caught.value.code == 200
    assert issubclass(doors.NumberErrorEmpty, doors.NumberError) and issubclass(doors.NumberError, doors.Error)
    with pytest.raises(doors.Failed, match="No such file"):
        doors.contents("/no/such/file")
    assert doors.number("123") == 123


def test_a_mistake_is_an_exception(capfd):
    with pytest.raises(doors.Panicked, match="index out of bounds: the len is 3 but the index is 3"):
        doors.mistaken(3)
    assert "index out of bounds" in capfd.readouterr().err
    assert doors.mistaken(2) == 3


def test_a_message_is_of_its_call_whatever_fails_meanwhile():
    """A signal handler fails otherwise, wherever it finds the program."""

    def fail(_number, _frame):
        with pytest.raises(doors.Failed):
            doors.fail("nothing" * 30)

    with pytest.raises(doors.NumberErrorDigit) as usual:
        doors.number("x")
    before = signal.signal(signal.SIGALRM, fail)
    signal.setitimer(signal.ITIMER_REAL, 0.0005, 0.0005)
    try:
        end = time.monotonic() + 2
        while time.monotonic() < end:
            with pytest.raises(doors.NumberErrorDigit) as told:
                doors.number("x")
            assert str(told.value) == str(usual.value)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_long_messages_are_whole():
    for length in (0, 127, 128, 255, 256, 257, 5000):
        for letter in "aü":
            with pytest.raises(doors.Failed) as told:
                doors.fail(letter * length)
            assert str(told.value) == letter * length


def test_messages_are_of_their_thread():
    failing, told = threading.Barrier(2), []

    def fail(text):
        for _ in range(200):
            failing.wait()
            try:
                doors.number(text)
            except doors.NumberError as error:
                told.append(str(error) == f"{text!r} is no digit")

    threads = [threading.Thread(target=fail, args=(text,)) for text in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == 400 and all(told)


# Numbers in memory


def doubles(*values):
    return array.array("d", values)


def test_numbers_are_read_and_changed_where_they_lie():
    values = doubles(1, 2, 4)
    assert doors.total(values) == doors.total(memoryview(values)) == 7.0
    doors.scale(values, 2.0)
    assert values.tolist() == [2, 4, 8]
    doors.scale(memoryview(values)[1:], 0.5)
    assert values.tolist() == [2, 2, 4]
    assert doors.total(doubles()) == 0.0
    assert doors.largest(b"\x01\xff\x03") == doors.largest(bytearray(b"\xff")) == 255
    assert doors.largest(b"") == -1


def test_numbers_of_other_kinds_are_refused():
    for wrong in (array.array("f", [1.0]), array.array("q", [1]), b"12345678", bytearray(8)):
        with pytest.raises(TypeError, match="values has items of the format .* and must have float64"):
            doors.total(wrong)
    with pytest.raises(TypeError, match="must have uint8"):
        doors.largest(array.array("b", [1]))
    for wrong in ([1.0, 2.0], None, 5.0, "12345678"):
        with pytest.raises(TypeError):
            doors.total(wrong)
    assert doors.total((ctypes.c_double * 2)(1.0, 2.0)) == 3.0


def test_numbers_that_do_not_lie_side_by_side_are_refused():
    values = doubles(*range(12))
    for wrong in (memoryview(values)[::2], memoryview(values)[::-1], memoryview(values).cast("B").cast("d", (3, 4))):
        with pytest.raises(doors.InvalidArgument, match="side by side"):
            doors.total(wrong)


def test_numbers_that_can_only_be_read_are_not_changed():
    values = memoryview(doubles(1, 2)).toreadonly()
    assert doors.total(values) == 3.0
    with pytest.raises(doors.InvalidArgument, match="can only be read"):
        doors.scale(values, 2.0)


def test_what_is_changed_is_apart_from_all_else():
    numbers = array.array("i", range(6))
    view = memoryview(numbers)
    doors.copy(view[:3], view[3:])
    assert numbers.tolist() == [0, 1, 2, 0, 1, 2]
    with pytest.raises(doors.InvalidArgument, match="into and from overlap"):
        doors.copy(view[:3], view[1:4])
    with pytest.raises(doors.InvalidArgument, match="one and two overlap"):
        longs = array.array("q", [1, 2])
        doors.exchange(longs, longs)
    assert numbers.tolist() == [0, 1, 2, 0, 1, 2]


def test_memory_is_let_go_after_a_call_whatever_comes_of_it(capfd):
    numbers = array.array("i", range(6))
    with pytest.raises(doors.Panicked):
        doors.copy(numbers, array.array("i", [1]))
    numbers.append(6)
    cycle = []
    try:
        with memoryview(numbers) as view:
            cycle.append(view)
            doors.copy(view, view)
    except doors.InvalidArgument as error:
        cycle.append(error)
        cycle.append(cycle)
    del cycle
    gc.collect()
    numbers.append(7)


def test_numbers_that_were_made_are_read_where_they_lie():
    numbers = doors.first(5)
    assert isinstance(numbers, memoryview) and numbers.format == "I"
    assert numbers.tolist() == [0, 1, 2, 3, 4]
    numbers[0] = 7
    part = numbers[:2]
    del numbers
    gc.collect()
    assert part.tolist() == [7, 1]
    assert doors.first(0).tolist() == []
    assert doors.halves(3).tolist() == [0.5, 0.5, 0.5]


# Callbacks


def test_callbacks_are_called():
    assert doors.ask(lambda value: value * 2) == 4.0
    assert doors.after("grüße", "häuser", lambda value: None) == "grüße häuser"
    seen = []
    doors.each(doubles(1, 2, 3), seen.append)
    assert seen == [1.0, 2.0, 3.0]
    assert doors.map(doubles(1, 2, 3), lambda value, at: value * at).tolist() == [0, 2, 6]


def test_what_a_callback_raises_comes_out():
    seen = []

    def stop(value):
        seen.append(value)
        raise KeyboardInterrupt("enough")

    with pytest.raises(KeyboardInterrupt, match="enough"):
        doors.each(doubles(1, 2, 3), stop)
    assert seen == [1.0]
    with pytest.raises(TypeError):
        doors.map(doubles(1), lambda value, at: "not a number")
    with pytest.raises(TypeError):
        doors.each(doubles(1), None)
    with pytest.raises(ZeroDivisionError):
        doors.deaf(lambda value: 1 / 0)


def test_what_is_raised_on_the_way_into_a_callback_comes_out():
    def again(value, at):
        return doors.map(doubles(value), again)[0]

    # There is no room left for a call, wherever that is found out. PyPy, where it finds that out itself between C and the callback, tells
    # standard error of it and nobody else, and has the function stop.
    with pytest.raises((RecursionError, doors.Stopped) if IS_PYPY else RecursionError):
        doors.map(doubles(1), again)


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="there are no timers")
def test_a_signal_during_a_call_comes_out():
    def interrupt(_number, _frame):
        raise KeyboardInterrupt("enough")

    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        with pytest.raises(KeyboardInterrupt, match="enough"):
            while True:
                doors.each(doubles(*range(1000)), [].append)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_a_callback_changes_nothing_that_a_function_looks_at():
    values, seen = doubles(1, 2, 3), []

    def visit(value):
        seen.append(value)
        values[:] = doubles(9, 9, 9)

    doors.each(values, visit)
    assert seen == [1.0, 2.0, 3.0] and values.tolist() == [9.0, 9.0, 9.0]


def test_a_callback_may_call_again():
    outer = []

    def visit(value):
        with pytest.raises(doors.NumberErrorEmpty):
            doors.number("")
        inner = []
        with pytest.raises(ValueError):
            doors.each(doubles(value, value), lambda value: inner.append(value) or int("x"))
        outer.append(inner)

    doors.each(doubles(1, 2), visit)
    assert outer == [[1.0], [2.0]]


# NumPy's arrays


@pytest.mark.skipif(IS_PYPY, reason="there are no builds of NumPy for Debian's PyPy")
def test_arrays_of_numpy_are_read_and_changed_where_they_lie():
    import numpy

    values = numpy.arange(10, dtype="float64")
    doors.scale(values, 2.0)
    assert values.tolist() == [2.0 * number for number in range(10)] and doors.total(values[2:5]) == 18.0
    made = numpy.asarray(doors.halves(4))
    assert made.dtype == numpy.float32 and made.tolist() == [0.5] * 4 and not made.flags.owndata
    gc.collect()
    assert made.sum() == 2.0
    with pytest.raises(TypeError, match="format 'f' and 4 bytes, and must have float64"):
        doors.total(values.astype("float32"))
    for wrong in ("int64", "complex128", "bool", "datetime64[s]"):
        with pytest.raises((TypeError, ValueError)):
            doors.total(values.astype(wrong))
    with pytest.raises(TypeError):
        doors.total(values.astype(">f8"))
    with pytest.raises(TypeError):
        doors.total(numpy.array([None, 1.5]))
    grid = values.reshape(2, 5)
    for wrong in (grid, values[::2], values[::-1], grid[:, 1], numpy.float64(1.0)):
        with pytest.raises(doors.InvalidArgument, match="numpy.ascontiguousarray"):
            doors.total(wrong)
    assert doors.total(numpy.ascontiguousarray(grid[:, 1])) == 14.0
    values.flags.writeable = False
    with pytest.raises(doors.InvalidArgument, match="values is changed, and can only be read"):
        doors.scale(values, 2.0)
    assert doors.total(values) == 90.0


# Handles


def test_a_handle_is_closed_once():
    gc.collect()
    before = doors.Counter.alive()
    with doors.Counter(5) as counter:
        assert counter.add(3) == counter.count() == 8
        assert doors.Counter.alive() == before + 1
    assert doors.Counter.alive() == before
    for use in (counter.count, lambda: counter.add(1), counter.twin):
        with pytest.raises(doors.Freed, match="the Counter was freed"):
            use()
    counter.close()
    other = doors.Counter(1)
    with pytest.raises(doors.Freed):
        other.merge(counter)
    with pytest.raises(doors.Busy):
        other.exceeds(other) or other.merge(other)
    with pytest.raises(doors.Freed):
        counter.count()
    assert other.count() == 1


def test_handles_are_given_back_when_they_are_no_longer_used():
    gc.collect()
    before = doors.Counter.alive()
    counters = [doors.Counter(number) for number in range(100)]
    counters += [counters[7].twin(), doors.Counter.read("9")]
    assert doors.Counter.alive() == before + 102
    counters[50].close()
    counters.clear()
    for _ in range(3):
        gc.collect()
    assert doors.Counter.alive() == before


def test_a_constructor_that_fails_leaves_nothing():
    gc.collect()
    before = doors.Counter.alive()
    with pytest.raises(doors.Failed, match="invalid digit"):
        doors.Counter.read("x")
    with pytest.raises(TypeError):
        doors.Counter("x")
    gc.collect()
    assert doors.Counter.alive() == before


def test_a_handle_in_use_is_used_by_nobody_else():
    with doors.Counter(1) as counter:
        for use in (counter.count, lambda: counter.add(1), counter.close, lambda: doors.Counter(0).merge(counter)):
            with pytest.raises(doors.Busy, match="in use by another call"):
                counter.visit(lambda count, use=use: use())
        seen = []
        counter.look(lambda count: seen.append(counter.count()))
        assert seen == [1]
        with pytest.raises(doors.Busy):
            counter.look(lambda count: counter.add(1))
        with pytest.raises(doors.Busy):
            counter.merge(counter)
        assert counter.count() == 1


def test_handles_of_other_types_are_refused():
    counter = doors.Counter(1)
    for wrong in (doors.Local(), None, 5, "x", counter._handle):
        with pytest.raises(TypeError, match="other must be a Counter, not "):
            counter.merge(wrong)


def in_a_thread(work):
    box = []
    thread = threading.Thread(target=lambda: box.append(work()))
    thread.start()
    thread.join()
    return box.pop()


def test_a_handle_of_one_thread_is_refused_in_another():
    def use():
        for each in (local.count, local.close):
            with pytest.raises(doors.WrongThread, match="the Local belongs to another thread"):
                each()
        return True

    local = doors.Local()
    assert in_a_thread(use)
    assert local.count() == 3
    local.close()
    with pytest.raises(doors.Freed):
        local.count()


@pytest.mark.skipif(IS_PYPY, reason="PyPy drops warnings of finalizers")
def test_a_handle_that_cannot_be_given_back_is_told_of():
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        local = in_a_thread(doors.Local)
        del local
        gc.collect()
    assert [str(each.message) for each in told if each.category is ResourceWarning] == [
        "a Local was left to another thread, which cannot give it back: close it in its own"
    ]


def test_threads_take_turns_or_are_told():
    alone, counts, busy = doors.Alone(), [], []

    def touch():
        for _ in range(2000):
            try:
                counts.append(alone.touch())
            except doors.Busy:
                busy.append(1)

    threads = [threading.Thread(target=touch) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(counts) + len(busy) == 8000
    assert sorted(counts) == list(range(1, len(counts) + 1))


def test_a_value_that_panics_when_it_is_given_back(capfd):
    mine = doors.Mine()
    with pytest.raises(doors.Panicked, match="stepped on"):
        mine.close()
    # It was given back.
    del mine
    gc.collect()
    if not IS_PYPY:
        with pytest.warns(RuntimeWarning, match="a Mine was not given back: panicked: stepped on"):
            doors.Mine()
            gc.collect()


# The library


PROGRAM = """
import gc, sys, threading, time
import doors
from doors import add

def run():
    while True:
        doors.total(values)

import array
values = array.array("d", range(100000))
handle = doors.Counter(1)
for name in [name for name in sys.modules if name.startswith("doors")]:
    del sys.modules[name]
del doors
gc.collect()
assert add(1, 2) == 3 and handle.count() == 1
import doors
assert doors.Counter(2).count() == 2
thread = threading.Thread(target=run, daemon=True)
thread.start()
time.sleep(0.05)
print("left")
"""


def test_the_library_stays_while_something_of_it_is_used():
    """It is imported again, forgotten, and at work in another thread when the program ends."""
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "left\n", "")


FORKING = """
import os, signal, threading, warnings
import doors

warnings.simplefilter("ignore", DeprecationWarning)

def work():
    while True:
        doors.Counter(1).close()
        doors.encoded("a")

for _ in range(2):
    threading.Thread(target=work, daemon=True).start()
for _ in range(200):
    child = os.fork()
    if not child:
        # Ends it, should it wait for a thread that it does not have.
        signal.alarm(30)
        for _ in range(3):
            doors.Counter(1).close()
            doors.encoded("a")
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
print("all came back")
"""


def test_a_process_that_forks_while_a_thread_is_at_work():
    done = subprocess.run([sys.executable, "-c", FORKING], capture_output=True, text=True, timeout=300)
    assert (done.returncode, done.stdout, done.stderr) == (0, "all came back\n", "")


@pytest.mark.skipif(IS_PYPY, reason="PyPy calls in ABI mode anyway")
def test_the_library_is_called_in_api_mode_on_cpython(pytestconfig):
    is_api = type(_api._c.doors_add).__name__ == "builtin_function_or_method"
    assert is_api is not pytestconfig.getoption("--abi")


@pytest.mark.skipif(IS_PYPY, reason="PyPy calls in ABI mode anyway")
def test_all_is_the_same_in_abi_mode(pytestconfig):
    if pytestconfig.getoption("--abi"):
        pytest.skip("this is it")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--abi", __file__]
    done = subprocess.run(command, cwd=pytestconfig.rootpath, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr


def test_another_version_of_the_library_is_refused(monkeypatch):
    class Older:
        def __getattr__(self, name):
            if name == "doors_interface":
                raise AttributeError(name)
            return getattr(_api._c, name)

    class Other(Older):
        def doors_interface(self):
            return _api._ffi.new("char[]", b"doors 0.0.1 0000000000000000")

    native = importlib.import_module("doors._native")
    for library, said in [(Other(), "doors 0.0.1 0000000000000000"), (Older(), "one that does not tell")]:
        stand_in = types.ModuleType("doors._native")
        stand_in.ffi, stand_in.lib = native.ffi, library
        monkeypatch.setitem(sys.modules, "doors._native", stand_in)
        spec = importlib.util.spec_from_file_location("doors._again", _api.__file__)
        with pytest.raises(ImportError, match=f"is {said}, and this package is for doors 0.1.0 .*; install the package again"):
            spec.loader.exec_module(importlib.util.module_from_spec(spec))


def test_everything_that_is_listed_is_there():
    assert sorted(doors.__all__) == doors.__all__
    for name in doors.__all__:
        assert hasattr(doors, name)
    assert doors.Counter.__doc__ == "Counts." and doors.largest.__doc__.startswith("The largest of some bytes.\n\n")
