"""Enumerations without fields."""

import copy
import inspect

import pytest
from exuvia_bindings_tests import enums


def test_variants_are_class_attributes_of_their_class():
    assert type(enums.Plain.First) is enums.Plain
    assert enums.Plain.First is enums.Plain.First
    assert isinstance(enums.Reset.OnSpace, enums.Reset)


def test_there_is_one_object_of_each_variant():
    assert enums.both_plain()[0] is enums.Plain.First
    assert enums.both_plain()[1] is enums.Plain.Second
    assert enums.make_reset(10) is enums.Reset.OnNewline
    assert enums.WithMethods(True).flipped() is enums.WithMethods.Off
    assert enums.WithMethods.default_state() is enums.WithMethods.Off
    holder = enums.Holder(enums.Reset.OnSpace)
    assert holder.reset is enums.Reset.OnSpace
    holder.reset = enums.Reset.Negative
    assert holder.reset is enums.Reset.Negative


def test_the_first_conversion_makes_the_class_with_its_variants():
    second = enums.of_unknown_class()
    assert type(second).Second is second
    assert type(second).First != second
    assert repr(type(second).First) == "Unknown.First"


def test_an_object_that_is_asked_for_is_a_new_one():
    one = enums.new_plain()
    assert one is not enums.Plain.First
    assert repr(one) == "Plain.First"


def test_repr_and_str():
    assert repr(enums.Plain.First) == "Plain.First"
    assert str(enums.Reset.OnNewline) == "Reset.OnNewline"
    assert f"{enums.Reset.Never}" == "Reset.Never"


def test_int_is_the_discriminant():
    assert [int(each) for each in (enums.Plain.First, enums.Plain.Second)] == [0, 1]
    codes = {name: int(getattr(enums.Reset, name)) for name in RESETS}
    assert codes == RESETS
    assert int(enums.Wide.Small) == 1
    assert int(enums.Wide.Large) == 2**64 - 1


RESETS = {"Never": 0, "OnNewline": 10, "OnSpace": 32, "Negative": -5, "AfterNegative": -4}


def test_plain_enums_compare_by_identity():
    assert enums.Plain.First == enums.Plain.First
    assert enums.Plain.First != enums.Plain.Second
    assert enums.Plain.First != 0
    assert len({enums.Plain.First, enums.Plain.Second, enums.Plain.First}) == 2


def test_eq():
    assert enums.Equal.First == enums.Equal.First
    assert enums.Equal.First != enums.Equal.Second
    assert not enums.Equal.First != enums.Equal.First
    assert enums.Equal.First != 0
    assert enums.Equal.First != "First"


@pytest.mark.parametrize("name", RESETS)
def test_eq_int(name):
    variant = getattr(enums.Reset, name)
    for other in RESETS:
        assert (variant == getattr(enums.Reset, other)) is (name == other)
        assert (variant == RESETS[other]) is (name == other)
        assert (variant != RESETS[other]) is (name != other)
        assert (RESETS[other] == variant) is (name == other)
    assert variant != str(RESETS[name])
    assert variant != 2**100


def test_wide_enums_equal_wide_integers():
    assert enums.Wide.Large == 2**64 - 1
    assert enums.Wide.Large != -1


@pytest.mark.parametrize("variant", [enums.Equal.First, enums.Reset.Never, enums.Ordered.Low])
def test_eq_without_hash_is_unhashable(variant):
    with pytest.raises(TypeError, match="unhashable type"):
        hash(variant)


def test_hash():
    names = {enums.Hashable.A: "a", enums.Hashable.B: "b"}
    assert names[enums.Hashable.A] == "a"
    assert hash(enums.Hashable.A) == hash(enums.Hashable.A)
    assert enums.hashables([enums.Hashable.B, enums.Hashable.A]) == "[B, A]"


def test_order():
    low, high = enums.Ordered.Low, enums.Ordered.High
    assert low < high and low <= high and high > low and high >= low
    assert not low < low and low <= low
    with pytest.raises(TypeError, match="'<' not supported"):
        low < 1
    with pytest.raises(TypeError, match="'<' not supported"):
        enums.Reset.Never < enums.Reset.OnSpace


def test_names():
    assert repr(enums.PythonColour.DARK_RED) == "PythonColour.DARK_RED"
    assert repr(enums.PythonColour.azure) == "PythonColour.azure"
    assert not hasattr(enums.PythonColour, "DarkRed")
    assert enums.PythonColour.__name__ == "PythonColour"


def test_there_are_no_others():
    with pytest.raises(TypeError, match="cannot create 'enums.Reset' instances|No constructor defined"):
        enums.Reset()
    with pytest.raises(TypeError, match="is not an acceptable base type"):
        type("Sub", (enums.Plain,), {})


def test_as_arguments_and_results(raises_for_argument):
    assert enums.reset_code(enums.Reset.AfterNegative) == -4
    assert enums.make_reset(32) == enums.Reset.OnSpace
    assert type(enums.make_reset(0)) is enums.Reset
    assert enums.plain_name(enums.Plain.Second) == "second"
    assert enums.default_variant() == enums.Reset.OnSpace
    assert enums.default_variant(enums.Reset.Never) == enums.Reset.Never
    with pytest.raises(ValueError, match="no such reset"):
        enums.make_reset(5)
    with raises_for_argument("reset", TypeError, "'int' object is not an instance of 'Reset'"):
        enums.reset_code(10)
    with raises_for_argument("value", TypeError, "'Reset' object is not an instance of 'Plain'"):
        enums.plain_name(enums.Reset.Never)


def test_methods_of_enums():
    assert enums.WithMethods(True) == enums.WithMethods.On
    assert enums.WithMethods.On.flipped() == enums.WithMethods.Off
    assert enums.WithMethods.On.label == "on"
    assert enums.WithMethods.default_state().label == "off"
    assert repr(enums.WithMethods.On) == "<on>"


def test_documentation():
    assert inspect.getdoc(enums.Reset) == "When a counter starts again."


def test_copies_are_refused_like_any_object_without_a_reduction():
    with pytest.raises(TypeError, match="cannot pickle"):
        copy.deepcopy(enums.Plain.First)


def test_ordered_variants_have_their_place_among_numbers():
    low, high = enums.Level.Low, enums.Level.High
    assert low < high <= high
    assert low < 3 < high
    assert 7 >= high > 6
    assert not low > 2 and low >= 2
    with pytest.raises(TypeError, match="not supported"):
        low < "text"
