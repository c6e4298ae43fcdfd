"""Classes that extend the types of `datetime` and weak references."""

import datetime
import subprocess
import sys

import pytest
from exuvia_bindings_tests import ENGINE, LIMITED, native_bases


def class_of(name):
    return getattr(native_bases, "class")(name)


def test_a_time_zone():
    zone = class_of("Zone")("here")
    assert isinstance(zone, datetime.tzinfo)
    assert zone.name == "here"
    moment = datetime.datetime(2024, 1, 1, 12, tzinfo=zone)
    assert moment.utcoffset() == datetime.timedelta(hours=1)
    assert moment.tzname() == "here"
    assert moment.astimezone(datetime.timezone.utc).hour == 11

    class Sub(class_of("Zone")):
        pass

    sub = Sub("there")
    sub.anything = 1
    assert datetime.time(1, tzinfo=sub).tzname() == "there"


def test_a_time_delta():
    # The base is constructed without arguments, as PyO3 does.
    duration = class_of("Duration")(3)
    assert duration == datetime.timedelta()
    assert duration.number == [3] * 8
    assert duration + datetime.timedelta(1) == datetime.timedelta(1)

    class Sub(class_of("Duration")):
        pass

    assert Sub(4).number == [4] * 8
    with pytest.raises(TypeError, match="is not safe, use"):
        datetime.timedelta.__new__(class_of("Duration"), 1)
    with pytest.raises(TypeError, match="is not safe, use"):
        datetime.timedelta.__new__(Sub, 1)


@pytest.mark.skipif(ENGINE == "PyO3", reason="PyO3 allocates too little memory for a subclass of time")
def test_a_time():
    Clock = class_of("Clock")
    clocks = [Clock(number) for number in range(1000)]
    assert all(clock.number == [number] * 8 for number, clock in enumerate(clocks))
    assert clocks[5] == datetime.time()

    if sys.version_info < (3, 13):
        # Here `time.replace` allocates the new instance itself, which would be one without its value.
        with pytest.raises(TypeError):
            clocks[0].replace(hour=1)
        with pytest.raises(TypeError, match="is not an acceptable base type"):

            class Refused(Clock):
                pass

        return

    class Sub(Clock):
        def __new__(cls, number, *_rest, **_more):
            return super().__new__(cls, number)

    assert Sub(4).number == [4] * 8
    with pytest.raises(TypeError):
        clocks[0].replace(hour=1)
    assert Sub(4).replace(hour=1).number == [1] * 8


@pytest.mark.parametrize("name", ["Day", "Moment", "Reference"])
def test_a_base_that_needs_arguments_cannot_be_constructed(name):
    cls = class_of(name)
    with pytest.raises(TypeError):
        cls()
    with pytest.raises(TypeError):
        cls(2024, 1, 1)
    with pytest.raises(TypeError, match="is not safe, use"):
        cls.__base__.__new__(cls, 2024, 1, 1)


@pytest.mark.skipif(ENGINE == "PyO3", reason="PyO3 0.30.1 lets some of these make instances whose values no constructor has made")
def test_methods_of_the_base_make_no_instances_without_values():
    with pytest.raises(TypeError):
        class_of("Day").today()
    with pytest.raises(TypeError):
        class_of("Moment").now()
    with pytest.raises(TypeError):
        class_of("Moment").fromtimestamp(0)
    with pytest.raises(TypeError):
        class_of("Day").fromisoformat("2024-01-01")


FAKED = """
import datetime

class Meta(type):
    __basicsize__ = 16

class Smaller(metaclass=Meta):
    __slots__ = [f"a{number}" for number in range(200)]

class Sub(datetime.time):
    pass

datetime.time = FAKE
from exuvia_bindings_tests import native_bases
Clock = getattr(native_bases, "class")("Clock")
print(Clock.__base__.__name__, Clock(5).number[0])
"""


@pytest.mark.skipif(ENGINE == "PyO3", reason="PyO3 gives an instance of a class that extends `time` too little memory")
@pytest.mark.parametrize("fake", ["Sub", "Smaller"])
def test_a_base_is_what_c_code_made(fake):
    done = subprocess.run([sys.executable, "-c", FAKED.replace("FAKE", fake)], capture_output=True, text=True)
    if LIMITED:
        # It has no other way to the types than by their names.
        assert "failed to create type object for `Clock`" in done.stderr
        assert done.returncode == 1
    else:
        assert (done.returncode, done.stdout) == (0, "time 5\n"), done.stderr
