"""`PyClassGuard` and `PyClassGuardMut`."""

import pytest
from exuvia_bindings_tests import guards

Changing = guards.Changing
First = guards.First
Second = guards.Second


def test_a_guard_as_the_receiver():
    second = Second(3, "text")
    assert second.read() == (3, "text")
    second.change()
    assert second.read() == (6, "text!")
    second.change_as_base()
    assert second.number_of_base() == 7


def test_a_guard_keeps_other_borrows_away_until_it_is_dropped():
    second = Second(1, "four")
    assert second.keeps_away() == [True] * 5
    assert second.text == "fours"


def test_a_detached_thread_may_use_a_guard_and_drop_it():
    second = Second(1, "four")
    assert second.length_detached() == 4
    second.clear_detached()
    assert second.read() == (1, "")
    second.change()
    assert guards.given_back_detached(First(8)) == 8


def test_a_guard_of_a_frozen_base_holds_no_borrow():
    assert Changing(4).is_free_as_base() == (4, True)


def test_guards_as_arguments():
    first = First(5)
    assert guards.number(first) == 5
    guards.set_number(first, 6)
    assert guards.number(Second(7, "")) == 7
    assert guards.part(first) == 6


def test_an_object_of_another_class_is_refused():
    with pytest.raises(TypeError, match="^'int' object is not an instance of 'First'"):
        guards.number(1)
    with pytest.raises(TypeError, match="^'str' object is not an instance of 'First'"):
        guards.set_number("1", 2)


def test_a_second_borrow_is_refused():
    first = First(5)
    assert guards.both(first, first) == "Already mutably borrowed"
    assert guards.both(first, First(6)) is None
    assert guards.both(first, 1) == "'int' object is not an instance of 'First'"


def test_a_guard_as_the_result_is_the_object():
    one, other = Second(1, "one"), Second(2, "two")
    assert one + other is one
    assert one.text == "onetwo"
    assert one.itself() is one
    one.change()
    # Each operand by a guard of its own: the same object cannot be both.
    with pytest.raises((RuntimeError, TypeError)):
        one + one
