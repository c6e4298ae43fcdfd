"""Attributes of classes."""

import sys

import pytest
from exuvia_bindings_tests import properties


def test_fields_are_read_and_written():
    fields = properties.Fields()
    for name, value in [("both", 7), ("float", -0.5), ("flag", False), ("python_name", 3), ("list", [5])]:
        setattr(fields, name, value)
        assert getattr(fields, name) == value
    fields.python_name = None
    assert fields.python_name is None
    assert not hasattr(fields, "rust_name")
    assert not hasattr(fields, "hidden")


def test_reading_and_writing_alone():
    fields = properties.Fields()
    assert fields.read_only == "fixed"
    with pytest.raises(AttributeError):
        fields.read_only = "other"
    fields.write_only = 2
    assert fields.written() == 2.0
    with pytest.raises(AttributeError):
        fields.write_only


def test_wrong_types_are_refused(raises_for_argument):
    fields = properties.Fields()
    with raises_for_argument("both", TypeError, "'str' object cannot be interpreted as an integer"):
        fields.both = "x"
    assert fields.both == 1


def test_fields_cannot_be_deleted():
    fields = properties.Fields()
    with pytest.raises(AttributeError):
        del fields.both
    assert fields.both == 1


def test_object_fields_keep_the_object():
    fields = properties.Fields()
    value = []
    before = sys.getrefcount(value)
    fields.object = value
    assert fields.object is value
    fields.object = value
    assert sys.getrefcount(value) == before + 1
    fields.object = None
    assert sys.getrefcount(value) == before


def test_converted_fields_are_made_for_each_reading():
    fields = properties.Fields()
    assert fields.list == [1, 2]
    assert fields.list is not fields.list


def test_descriptors_of_the_class():
    assert type(properties.Fields.both).__name__ in ("getset_descriptor", "member_descriptor")
    assert properties.Fields.both.__doc__ == "Read and written."
    with pytest.raises(TypeError):
        properties.Fields.both.__get__(5)


def test_get_all_and_set_all():
    both = properties.Open(1, "one")
    both.x, both.y = 2, "two"
    assert (both.x, both.y) == (2, "two")
    reading = properties.Reading(5, 1.5)
    assert (reading.at, reading.value) == (5, 1.5)
    with pytest.raises(AttributeError):
        reading.at = 6


def test_renamed_fields():
    person = properties.Renamed("Ada", 36)
    assert (person.firstName, person.age) == ("Ada", 36)
    person.firstName = "Lovelace"
    assert person.firstName == "Lovelace"
    assert not hasattr(person, "first_name")
    assert not hasattr(person, "years_of_life")
    with pytest.raises(OverflowError):
        person.age = 256


def test_written_accessors(raises_exactly):
    temperature = properties.Celsius(20)
    assert temperature.degrees == 20.0
    assert temperature.fahrenheit == 68.0
    assert temperature.kelvin == 293.15
    temperature.kelvin = 273.15
    assert temperature.degrees == 0.0
    with raises_exactly(ValueError, "colder than absolute zero"):
        temperature.degrees = -300
    assert temperature.degrees == 0.0
    with pytest.raises(AttributeError):
        temperature.fahrenheit = 1
    with raises_exactly(ValueError, "never readable"):
        temperature.failing
    assert temperature.with_token == "token"
    assert temperature.itself is temperature
    assert temperature.optional is None


def test_writing_alone():
    temperature = properties.Celsius(20)
    temperature.anything = 5
    assert temperature.degrees == 5.0
    temperature.anything = None
    assert temperature.degrees == -1.0
    with pytest.raises(AttributeError):
        temperature.anything


def test_setters_name_the_argument(raises_for_argument):
    with raises_for_argument("degrees", TypeError, "must be real number, not str"):
        properties.Celsius(1).degrees = "warm"


def test_properties_without_deleter():
    temperature = properties.Celsius(20)
    with pytest.raises(AttributeError):
        del temperature.degrees
    with pytest.raises(AttributeError):
        del temperature.kelvin
    with pytest.raises(AttributeError):
        del temperature.fahrenheit


def test_documentation():
    assert properties.Celsius.degrees.__doc__ == "Degrees of Celsius."


def test_a_field_of_nothing_is_an_empty_tuple():
    assert properties.Fields().nothing == ()
