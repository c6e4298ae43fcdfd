"""The zoo, as its visitors see it."""

import ast
import copy
import doctest
import gc
import importlib.resources
import pickle
import re
import weakref
from pathlib import Path

import pytest
import zoo
from zoo import Animal, Bird, Enclosure, EnclosureFull, Mass, NotHere, Parrot, ZooError


class Cat(Animal):
    def sound(self):
        return "meow"


# Inheritance


def test_classes_extend_one_another():
    polly = Parrot("Polly")
    assert Parrot.__mro__ == (Parrot, Bird, Animal, object)
    assert isinstance(polly, Animal)
    assert (polly.name, polly.mass, polly.wingspan) == ("Polly", Mass(0.4), 0.6)


def test_a_method_of_the_base_class_calls_what_a_subclass_overrides():
    assert Animal("It", 1).speak() == "It: …"
    assert Bird("Tweety", 0.02, 0.25).speak() == "Tweety: tweet"
    assert Parrot("Polly").hear("hello").hear("you").speak() == "Polly: you"
    assert Cat("Tom", 4).speak() == "Tom: meow"


def test_a_subclass_can_ask_its_base_class():
    class Loud(Parrot.__base__):
        def sound(self):
            return super().sound().upper()

    assert Parrot("Polly").speak() == "Polly: tweet"
    assert Loud("Bo", 1, 1).speak() == "Bo: TWEET"


def test_a_subclass_has_attributes_of_its_own_and_the_constructor_of_its_base():
    tom = Cat("Tom", mass=4)
    tom.mood = "bad"
    assert (tom.mood, tom.name) == ("bad", "Tom")
    with pytest.raises(AttributeError):
        Animal("It", 1).mood = "good"


def test_what_is_not_made_to_be_extended_cannot_be():
    with pytest.raises(TypeError, match="type 'zoo.Parrot' is not an acceptable base type"):
        type("Sub", (Parrot,), {})


def test_an_override_that_returns_something_else_is_an_error():
    class Wrong(Animal):
        def sound(self):
            return 1

    with pytest.raises(TypeError):
        Wrong("It", 1).speak()


def test_what_animals_look_like():
    assert repr(Cat("Tom", 4)) == '<Cat "Tom", 4 kg>'
    assert repr(Parrot("Polly")) == '<Parrot "Polly", 0.4 kg>'


# Properties


def test_a_property_converts_and_checks_what_it_is_set_to():
    tom = Cat("Tom", 4)
    tom.mass = 5
    assert tom.mass == Mass(5)
    tom.mass += Mass.from_grams(500)
    assert tom.mass == Mass(5.5)
    with pytest.raises(ValueError, match="0 or more: got -1"):
        tom.mass = -1
    with pytest.raises(TypeError):
        tom.mass = "heavy"
    assert tom.mass == Mass(5.5)
    with pytest.raises(AttributeError):
        del tom.mass


def test_properties_without_a_setter_are_read_only():
    tweety = Bird("Tweety", 0.02, 0.25)
    with pytest.raises(AttributeError):
        tweety.name = "Sylvester"
    with pytest.raises(AttributeError):
        tweety.flies = False


def test_a_computed_property_follows_what_it_is_computed_from():
    tweety = Bird("Tweety", 0.02, 0.25)
    assert tweety.flies
    tweety.mass = 5
    assert not tweety.flies
    tweety.wingspan = 2
    assert tweety.flies


@pytest.mark.parametrize("arguments", [("", 1), ("Tom", -1), ("Tom", float("nan")), ("Tom", float("inf"))])
def test_no_animal_is_made_of_nonsense(arguments):
    with pytest.raises(ValueError):
        Animal(*arguments)


# Magic methods


def test_masses_compute():
    assert Mass(1) + Mass(2) == Mass(3)
    assert Mass(3) - Mass(1) == Mass(2)
    assert Mass(2) * 3 == 3 * Mass(2) == Mass(6)
    assert sum([Mass(1), Mass(2)], Mass.NOTHING) == Mass(3)
    assert Mass(1.5).kilograms == 1.5
    with pytest.raises(ValueError):
        Mass(1) - Mass(2)
    for wrong in [lambda: Mass(1) + 1, lambda: 1 + Mass(1), lambda: Mass(1) * "2", lambda: Mass(1) * Mass(1)]:
        with pytest.raises(TypeError):
            wrong()


def test_another_type_may_know_how_to_add_itself_to_a_mass():
    class Crate:
        def __radd__(self, mass):
            return "a crate and", mass

    assert Mass(1) + Crate() == ("a crate and", Mass(1))


def test_masses_compare_and_hash():
    assert sorted([Mass(3), Mass(1), Mass(2)]) == [Mass(1), Mass(2), Mass(3)]
    assert Mass(1) < Mass(2) <= Mass(2) and Mass(2) >= Mass(2) > Mass(1) and Mass(1) != Mass(2)
    assert Mass(1) != 1
    with pytest.raises(TypeError):
        Mass(1) < 1
    assert {Mass(1), Mass(1.0), Mass(0.0), Mass(-0.0)} == {Mass(1), Mass.NOTHING}
    assert not Mass.NOTHING and Mass(0.1)


def test_what_masses_look_like():
    assert (str(Mass(1.5)), repr(Mass(1))) == ("1.5 kg", "Mass(1.0)")
    assert f"{Mass(1.5)} {Mass(1.25):.1f} {Mass(1234):,}" == "1.5 kg 1.2 kg 1,234.0 kg"
    with pytest.raises(ValueError):
        format(Mass(1), "nonsense")


def test_masses_are_copied_and_pickled():
    mass = Mass(2.5)
    assert copy.copy(mass) == copy.deepcopy(mass) == pickle.loads(pickle.dumps(mass)) == mass


def test_an_enclosure_is_a_container():
    home = Enclosure(3)
    assert len(home) == 0 and not home
    tom, polly = Cat("Tom", 4), Parrot("Polly")
    home.add(tom)
    before = home
    home += polly
    assert home is before
    assert list(home) == [tom, polly]
    assert home["Tom"] is tom
    assert "Tom" in home and tom in home and "Kitty" not in home and Cat("Tom", 4) not in home
    assert home.mass == Mass(4.4)
    assert repr(home) == "<Enclosure, 2 of 3>"
    del home["Tom"]
    assert home.remove("Polly") is polly
    assert list(home) == []
    with pytest.raises(TypeError):
        home += "Tom"
    with pytest.raises(TypeError):
        home[0]


def test_animals_may_leave_while_they_are_counted():
    home = Enclosure()
    for name in "abc":
        home.add(Animal(name, 1))
    for animal in home:
        del home[animal.name]
    assert len(home) == 0


def test_a_visit_counts_who_is_there():
    home = Enclosure()
    home.add(Cat("Tom", 4))
    home.add(Parrot("Polly"))
    with home.visit() as names:
        assert names == ["Tom", "Polly"]
        home.add(Animal("It", 1))
    with pytest.raises(NotHere, match="Tom"):
        with home.visit():
            del home["Tom"]
    # What was raised inside comes through.
    with pytest.raises(ZeroDivisionError):
        with home.visit():
            del home["Polly"]
            1 / 0
    visit = home.visit()
    with visit, pytest.raises(RuntimeError, match="begun already"):
        visit.__enter__()


def test_an_animal_that_knows_its_enclosure_is_freed_with_it():
    home = Enclosure()
    tom = Cat("Tom", 4)
    home.add(tom)
    tom.visit = home.visit()
    # A class of Python's own can be referred to weakly; those of the zoo do not ask for it.
    freed = weakref.ref(tom)
    del tom, home
    gc.collect()
    assert freed() is None


def test_an_animal_can_be_found_from_within_its_own_setter_or_not_but_nothing_breaks():
    home = Enclosure()
    tom = Cat("Tom", 4)
    home.add(tom)

    class Scale:
        def __float__(self):
            return home["Tom"].mass.kilograms + 1

    try:
        tom.mass = Scale()
    except (RuntimeError, TypeError):
        assert tom.mass == Mass(4)
    else:
        assert tom.mass == Mass(5)


# Exceptions


def test_an_exception_with_attributes():
    home = Enclosure(capacity=1)
    home.add(Cat("Tom", 4))
    with pytest.raises(EnclosureFull) as caught:
        home += Cat("Kitty", 3)
    full = caught.value
    assert isinstance(full, ZooError) and isinstance(full, Exception)
    assert (full.capacity, full.name, full.args) == (1, "Kitty", (1, "Kitty"))
    assert str(full) == "no room for Kitty: 1 is the limit"
    assert full.__traceback__ is not None
    assert len(home) == 1


def test_exceptions_can_be_raised_and_extended_in_python():
    class Rain(ZooError):
        pass

    with pytest.raises(ZooError) as caught:
        raise Rain("wet") from EnclosureFull(2, "Tom")
    assert caught.value.args == ("wet",) and str(caught.value) == "wet"
    assert caught.value.__cause__.name == "Tom"


def test_an_exception_of_two_families():
    home = Enclosure()
    for missing in [lambda: home["Tom"], lambda: home.remove("Tom"), lambda: home.__delitem__("Tom")]:
        with pytest.raises(NotHere) as caught:
            missing()
        assert isinstance(caught.value, KeyError) and caught.value.args == ("Tom",)
    assert NotHere.__doc__ == "No animal of this name is here."
    assert NotHere.__module__ == "zoo"


# The project


def test_the_example_of_the_readme():
    readme = Path(__file__).parent.parent / "README.md"
    (shown,) = re.findall(r"```pycon\n(.*?)```", readme.read_text(), re.DOTALL)
    example = doctest.DocTestParser().get_doctest(shown, {}, readme.name, str(readme), 0)
    assert doctest.DocTestRunner().run(example).failed == 0


def test_types_are_shipped():
    files = importlib.resources.files("zoo")
    assert (files / "py.typed").is_file()
    stubs = ast.parse((files / "__init__.pyi").read_text())
    classes = {node.name: node for node in stubs.body if isinstance(node, ast.ClassDef)}
    assert set(classes) == {name for name in vars(zoo) if isinstance(getattr(zoo, name), type)}
    for name, stub in classes.items():
        for member in stub.body:
            if isinstance(member, ast.FunctionDef):
                assert hasattr(getattr(zoo, name), member.name)
