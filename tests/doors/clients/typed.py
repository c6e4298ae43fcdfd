"""What `mypy --strict` accepts of the package; a line that ends in an `ignore` it refuses, for that reason and no other."""

import array

import doors
from doors import Counter, Error, InvalidArgument, NumberErrorDigit

text: str = doors.capitals("a")
small: int = doors.same_i8(5)
real: float = doors.same_f32(1.5)
truth: bool = doors.other(True)
values = array.array("d", [1.0])
real = doors.total(values) + doors.total(memoryview(b""))
made: memoryview = doors.halves(3)
doors.each(values, print)
doors.map(values, lambda value, at: value * at)
with Counter(from_=1) as counter, Counter.read("2") as other:
    counter.merge(other)
    twin: Counter = counter.twin()
    number: int = counter.add(3) + Counter.alive()
kinds: tuple[type[Error], type[ValueError], type[doors.NumberError]] = (Error, InvalidArgument, NumberErrorDigit)
code: int = Error().code

doors.capitals(b"a")  # type: ignore[arg-type]
doors.add(one=1, two=2)  # type: ignore[call-arg]
doors.total([1.0])  # type: ignore[arg-type]
doors.each(values, Counter.alive)  # type: ignore[arg-type]
doors.map(values, lambda value, at: "a")  # type: ignore[arg-type, return-value]
counter.merge(doors.Local())  # type: ignore[arg-type]
counter.nothing()  # type: ignore[attr-defined]
