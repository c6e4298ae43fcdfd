"""The buffer protocol: views of other objects' memory."""

import array
import ctypes
import gc
import io
import struct
import sys

import pytest
from exuvia_bindings_tests import ENGINE, LIMITED
from hypothesis import given
from hypothesis import strategies as st

if LIMITED:
    pytest.skip("the limited API of Python 3.10 has no buffers", allow_module_level=True)
from exuvia_bindings_tests import buffers

CODES = {
    "u8": "B", "u16": "H", "u32": "I", "u64": "Q", "usize": "N",
    "i8": "b", "i16": "h", "i32": "i", "i64": "q", "isize": "n",
    "f32": "f", "f64": "d",
}  # fmt: skip


def doubles(count):
    return array.array("d", (number + 0.5 for number in range(count)))


@pytest.mark.parametrize("of", sorted(CODES))
def test_elements_of_every_type(of):
    code = CODES[of]
    values = [0, 1, 2, 100] if of[0] in "ui" else [0.5, -1.25, 3.0]
    view = memoryview(bytearray(struct.pack(f"{len(values)}{code}", *values))).cast(code)
    assert [float(each) for each in buffers.elements(view, of)] == values


@pytest.mark.parametrize("of", sorted(CODES))
def test_elements_of_another_type_are_refused(of):
    for other, code in CODES.items():
        # Types of the same kind and size are the same: `usize` and `u64` here.
        if other[0] == of[0] and struct.calcsize(code) == struct.calcsize(CODES[of]):
            continue
        view = memoryview(bytearray(struct.calcsize(code) * 2)).cast(code)
        with pytest.raises(BufferError):
            buffers.elements(view, of)


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False, width=32), min_size=1, max_size=50))
def test_sum_of_any_array(values):
    assert buffers.sum(array.array("d", values)) == pytest.approx(sum(values))


def test_every_exporter_is_read():
    bits = bytes(doubles(3))
    expected = 0.5 + 1.5 + 2.5
    assert buffers.sum(doubles(3)) == expected
    assert buffers.sum(memoryview(bits).cast("d")) == expected
    assert buffers.sum(memoryview(bytearray(bits)).cast("d")) == expected
    assert buffers.elements(b"\x01\xff", "u8") == ["1", "255"]
    assert buffers.elements(bytearray(b"\x07"), "u8") == ["7"]


def test_an_exporter_may_leave_the_strides_out():
    values = (ctypes.c_double * 3)(0.5, 1.5, 2.5)
    matrix = (ctypes.c_double * 2 * 3)((1, 2), (3, 4), (5, 6))
    if ENGINE == "PyO3":
        # PyO3 0.30.1 refuses memory without strides, which is contiguous by the protocol.
        with pytest.raises(BufferError):
            buffers.sum(values)
        return
    assert buffers.sum(values) == 4.5
    assert buffers.layout(matrix) == ([3, 2], [16, 8], False)
    assert buffers.elements(matrix, "f64") == ["1", "2", "3", "4", "5", "6"]
    assert buffers.fortran_vector(matrix) == [1, 3, 5, 2, 4, 6]


def test_an_empty_buffer_has_no_elements():
    if ENGINE == "PyO3" and sys.version_info < (3, 11):
        pytest.skip("an empty array of CPython 3.10 is nowhere in particular, which PyO3 takes for misaligned")
    assert buffers.sum(array.array("d")) == 0
    assert buffers.cells(array.array("d")) == []
    assert buffers.elements(b"", "u8") == []


@pytest.mark.parametrize("value", [None, 1, "text", [1.0], object()])
def test_what_has_no_buffer_is_a_type_error(value):
    with pytest.raises(TypeError, match="a bytes-like object is required"):
        buffers.describe(value)


def test_an_argument_that_does_not_fit_is_named(raises_for_argument):
    with raises_for_argument("values", BufferError):
        buffers.sum(array.array("f", [1.0]))
    with raises_for_argument("values", TypeError, "a bytes-like object is required, not 'int'"):
        buffers.sum(1)


def test_memory_that_is_not_aligned_is_refused():
    memory = bytearray(17)
    address = ctypes.addressof((ctypes.c_char * 17).from_buffer(memory))
    start = 1 if address % 8 == 0 else 0
    with pytest.raises(BufferError):
        buffers.sum(memoryview(memory)[start : start + 16].cast("d"))


def test_a_foreign_byte_order_is_another_type():
    foreign = ">" if sys.byteorder == "little" else "<"
    swapped = (ctypes.c_double.__ctype_be__ if foreign == ">" else ctypes.c_double.__ctype_le__) * 2
    if ENGINE == "PyO3":
        pytest.skip("PyO3 0.30.1 takes the two marks for one another, and reads such numbers wrongly")
    with pytest.raises(BufferError):
        buffers.sum(swapped(1.0, 2.0))
    assert not buffers.fits_double(f"{foreign}d")
    assert buffers.fits_double(("<" if foreign == ">" else ">") + "d")


@pytest.mark.parametrize(
    ("format", "expected"),
    [
        ("d", "Float { bytes: 8 }"),
        ("=f", "Float { bytes: 4 }"),
        ("@e", "Float { bytes: 2 }"),
        ("?", "Bool"),
        ("=l", "SignedInteger { bytes: 4 }"),
        ("@q", "SignedInteger { bytes: 8 }"),
        ("N", f"UnsignedInteger {{ bytes: {struct.calcsize('N')} }}"),
        ("=N", "Unknown"),
        ("c", "UnsignedInteger { bytes: 1 }"),
        ("2d", "Unknown"),
        ("dd", "Unknown"),
        ("T{d:x:}", "Unknown"),
        ("", "Unknown"),
    ],
)
def test_formats(format, expected):
    assert buffers.element_type(format) == expected


def test_a_view_describes_itself():
    assert buffers.describe(doubles(4)) == ("d", 8, 4, 32, 1, False, True, True)
    assert buffers.describe(b"abc") == ("B", 1, 3, 3, 1, True, True, True)
    matrix = memoryview(bytearray(48)).cast("B").cast("d", (2, 3))
    assert buffers.describe(matrix) == ("d", 8, 6, 48, 2, False, True, False)
    assert buffers.layout(matrix) == ([2, 3], [24, 8], False)
    assert buffers.describe(memoryview(doubles(6))[::2]) == ("d", 8, 3, 24, 1, False, False, False)


def test_the_owner_is_the_object_that_was_asked():
    value = bytearray(b"abc")
    assert buffers.owner(value) is value


def test_a_strided_view_has_no_slice_but_can_be_copied():
    every_other = memoryview(doubles(6))[::2]
    assert buffers.sum(every_other) is None
    assert buffers.cells(every_other) is None
    assert buffers.fortran(every_other) is None
    assert buffers.elements(every_other, "f64") == ["0.5", "2.5", "4.5"]
    assert buffers.read_into(memoryview(doubles(3))[::-1], 3) == [2.5, 1.5, 0.5]


def test_two_dimensions_in_both_orders():
    matrix = memoryview(doubles(6)).cast("B").cast("d", (2, 3))
    assert buffers.elements(matrix, "f64") == ["0.5", "1.5", "2.5", "3.5", "4.5", "5.5"]
    assert buffers.fortran_vector(matrix) == [0.5, 3.5, 1.5, 4.5, 2.5, 5.5]
    assert buffers.fortran(matrix) is None
    buffers.write_fortran(matrix, [1, 2, 3, 4, 5, 6])
    assert matrix.tolist() == [[1, 3, 5], [2, 4, 6]]


def test_one_dimension_is_in_both_orders():
    assert buffers.fortran(doubles(2)) == [0.5, 1.5]


def test_items_are_found_by_their_indices():
    matrix = memoryview(bytearray(range(6))).cast("B", (2, 3))
    assert [buffers.byte_at(matrix, [row, column]) for row in range(2) for column in range(3)] == list(range(6))
    assert buffers.byte_at(memoryview(b"abcd")[::-1], [0]) == ord("d")


@pytest.mark.skipif(ENGINE == "PyO3", reason="PyO3 has `PyBuffer_GetPointer` read as many indices as there are dimensions")
def test_indices_that_are_left_out_are_zero():
    matrix = memoryview(bytearray(range(6))).cast("B", (2, 3))
    assert buffers.byte_at(matrix, [1]) == 3


def test_an_index_out_of_range_does_not_leave_the_buffer():
    matrix = memoryview(bytearray(6)).cast("B", (2, 3))
    for indices in ([2], [0, 3], [0, 0, 0]):
        with pytest.raises(BaseException) as caught:
            buffers.byte_at(matrix, indices)
        assert type(caught.value).__name__ == "PanicException"


def test_writing():
    target = doubles(3)
    buffers.write(target, [7, 8, 9])
    assert list(target) == [7, 8, 9]
    assert buffers.double_in_place(target)
    assert list(target) == [14, 16, 18]
    assert buffers.cells(target) == [14, 16, 18]


def test_read_only_memory_is_not_written():
    frozen = memoryview(bytes(doubles(2))).cast("d")
    assert not buffers.double_in_place(frozen)
    with pytest.raises(BufferError):
        buffers.write(frozen, [1, 2])
    assert frozen.tolist() == [0.5, 1.5]


@pytest.mark.parametrize("count", [0, 2, 4])
def test_slices_of_another_length_are_refused(count):
    target = doubles(3)
    with pytest.raises(BufferError):
        buffers.write(target, [0] * count)
    with pytest.raises(BufferError):
        buffers.read_into(target, count)
    assert list(target) == [0.5, 1.5, 2.5]


def test_typed_by_reference():
    assert buffers.typed_by_reference(doubles(3)) == 3


def test_debug_tells_what_it_is():
    untyped, typed = buffers.debug(b"abc")
    assert untyped.startswith("PyUntypedBuffer {") and "len: 3" in untyped
    assert typed.startswith("PyBuffer {") and "readonly: 1" in typed


@pytest.mark.parametrize("how", ["drop", "release", "detached", "thread"])
def test_the_exporter_is_free_again_when_the_view_is_gone(how):
    value = bytearray(b"abc")
    count = sys.getrefcount(value)
    buffers.hold(value)
    buffers.hold(value)
    with pytest.raises(BufferError):
        value.append(1)
    buffers.let_go(how)
    value.append(1)
    assert value == b"abc\x01"
    assert sys.getrefcount(value) == count


def test_a_view_keeps_the_exporter_alive():
    released = []

    class Exporter(bytearray):
        def __del__(self):
            released.append(True)

    buffers.hold(Exporter(b"abc"))
    gc.collect()
    assert not released
    buffers.let_go("drop")
    assert released


def test_a_view_that_does_not_fit_is_released():
    value = bytearray(3)
    with pytest.raises(BufferError):
        buffers.sum(value)
    value.append(1)


@pytest.mark.skipif(sys.version_info < (3, 12), reason="Python classes export buffers since 3.12")
def test_a_python_class_exports_and_is_told_of_the_release():
    calls = []

    class Exporter:
        def __buffer__(self, flags):
            calls.append("get")
            return memoryview(b"abc")

        def __release_buffer__(self, view):
            calls.append("release")

    assert buffers.elements(Exporter(), "u8") == ["97", "98", "99"]
    assert calls == ["get", "release"]

    class Failing:
        def __buffer__(self, flags):
            raise ValueError("not today")

    with pytest.raises(ValueError, match="not today"):
        buffers.elements(Failing(), "u8")


def test_the_memory_of_a_class():
    memory = buffers.Memory(b"content")
    before = buffers.released()
    view = memoryview(memory)
    assert view.tobytes() == b"content"
    assert view.readonly
    assert buffers.released() == before
    view.release()
    assert buffers.released() == before + 1
    assert bytes(memory) == b"content"
    with pytest.raises((BufferError, TypeError), match="not writable|read-write"):
        io.BytesIO(b"xyz").readinto(memory)
    references = sys.getrefcount(memory)
    for _ in range(10):
        memoryview(memory).release()
    assert sys.getrefcount(memory) == references


def test_errors_of_releasing_are_reported(monkeypatch):
    reported = []
    monkeypatch.setattr(sys, "unraisablehook", lambda info: reported.append(str(info.exc_value)))
    memory = buffers.Memory(b"content", True)
    memoryview(memory).release()
    assert reported == ["cannot release"]
