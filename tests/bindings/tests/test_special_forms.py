"""Special methods that are static or class methods, or that warn; docstrings that macros write."""

import gc
import warnings

import pytest
from exuvia_bindings_tests import special_forms

Counting = special_forms.Counting
Documented = special_forms.Documented
OfClass = special_forms.OfClass
Warning = special_forms.Warning


def test_static_special_methods():
    counting = Counting()
    assert len(counting) == 3
    assert counting[1] == 2.0
    assert list(counting) == [1.0, 2.0, 3.0]
    assert counting() == "WORD"
    assert counting(word="other") == "OTHER"


def test_special_methods_of_the_class():
    class Sub(OfClass):
        pass

    for cls in (OfClass, Sub):
        instance = cls()
        assert repr(instance) == f"one of {cls.__name__}"
        assert instance(4) == (cls, 4)
        assert instance + None is cls
        assert cls in instance
        assert int not in instance
    with pytest.raises(TypeError):
        1 + OfClass()


def test_the_class_stays_alive_while_it_is_used():
    def instance():
        class First(OfClass):
            pass

        class Second(OfClass):
            pass

        instance = First()

        class Module(str):
            def __len__(self):
                instance.__class__ = Second
                gc.collect()
                return 5

        First.__module__ = Module("module")
        return instance

    assert len(instance()) == 5


def warned(action):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        action()
    return [(str(warning.message), warning.category) for warning in caught]


def test_special_methods_and_properties_warn():
    assert warned(lambda: Warning(1)) == [("new", UserWarning)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        one, other = Warning(1), Warning(2)
    assert warned(lambda: one.value) == [("getter", UserWarning)]
    assert warned(lambda: setattr(one, "value", 3)) == [("setter", UserWarning)]
    assert warned(lambda: delattr(one, "value")) == [("deleter", FutureWarning)]
    assert warned(lambda: one[1]) == [("getitem", UserWarning)]
    assert warned(lambda: one.__setitem__(1, 2)) == [("setitem", UserWarning)]
    assert warned(lambda: len(one)) == [("len", UserWarning)]
    assert warned(lambda: one + 1) == [("add", UserWarning)]
    assert warned(lambda: one()) == [("call", UserWarning)]
    assert warned(lambda: one == other) == [("eq", UserWarning)]
    assert warned(lambda: one.__iadd__(1)) == [("iadd", UserWarning)]


def test_a_warning_that_is_an_error_is_raised():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        one = Warning(1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(UserWarning, match="^new$"):
            Warning(1)
        with pytest.raises(UserWarning, match="^getitem$"):
            one[0]
        with pytest.raises(UserWarning, match="^len$"):
            len(one)
        with pytest.raises(UserWarning, match="^add$"):
            one + 1
        with pytest.raises(UserWarning, match="^setter$"):
            one.value = 5
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert one.value == 1


def test_docstrings_of_macros():
    assert Documented.__doc__ == "The docstrings of macros.\n\nOne plus one is 2."
    assert Documented.field.__doc__ == "A field."
    assert Documented.method.__doc__ == "A method,\nwith numbers."
    assert Documented.type.__doc__ == "A property."
    assert special_forms.documented.__doc__ == "A function.\nAnd more."
    assert Documented.method.__text_signature__ == "($self, number)"
    assert Documented(1).method(2) == 2
