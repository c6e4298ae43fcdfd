"""Special methods: comparison, arithmetic, calls, containers, truth."""

import operator
import sys

import pytest
from exuvia_bindings_tests import operators
from hypothesis import given
from hypothesis import strategies as st

Residue = operators.Residue
SMALL = st.integers(-1000, 1000)


def value(residue):
    return int(residue)


@pytest.mark.parametrize("operation", [operator.add, operator.sub, operator.mul])
@given(a=SMALL, b=SMALL)
def test_arithmetic_both_ways(operation, a, b):
    expected = operation(a, b) % 97
    assert value(operation(Residue(a), Residue(b))) == expected
    assert value(operation(Residue(a), b)) == expected
    assert value(operation(a, Residue(b))) == expected


@given(a=SMALL, b=st.integers(1, 96))
def test_division(a, b):
    quotient = Residue(a) / Residue(b)
    assert value(quotient * b) == a % 97
    assert value(Residue(a) / b) == value(quotient)


def test_errors_of_operators_are_raised(raises_exactly):
    with raises_exactly(ZeroDivisionError, "residue division by zero"):
        Residue(1) / 0
    with pytest.raises(BaseException, match="attempt to divide by zero") as caught:
        Residue(1) // 0
    assert type(caught.value).__name__ == "PanicException"


@pytest.mark.parametrize(
    "expression, symbol",
    [
        (lambda r, x: r + x, "+"),
        (lambda r, x: x - r, "-"),
        (lambda r, x: r * x, "*"),
        (lambda r, x: r % x, "%"),
        (lambda r, x: r / x, "/"),
        (lambda r, x: x & r, "&"),
        (lambda r, x: x << r, "<<"),
        (lambda r, x: divmod(x, r), "divmod()"),
    ],
)
def test_operands_that_do_not_fit_are_handed_on(expression, symbol):
    class Other:
        pass

    with pytest.raises(TypeError, match="unsupported operand type") as caught:
        expression(Residue(5), Other())
    assert symbol in str(caught.value)


def test_the_other_operand_gets_its_turn():
    class Other:
        def __radd__(self, other):
            return "reflected"

        def __add__(self, other):
            return "direct"

        def __rsub__(self, other):
            return NotImplemented

    assert Residue(1) + Other() == "reflected"
    assert Other() + Residue(1) == "direct"
    with pytest.raises(TypeError, match="unsupported operand type"):
        Residue(1) - Other()


def test_every_other_operator():
    r = Residue(5)
    assert (r // 2, r % 3, 7 % r, divmod(r, 2)) == (2, 2, 2, (2, 1))
    assert (r << 2, r >> 1, r & 4, r | 2, r ^ 1) == (20, 2, 4, 7, 4)
    assert (2 | r) == 1007
    assert (r @ "x", "x" @ r) == ("5@x", "x@5")
    assert (r**2, pow(r, 2, 7), 2**r) == (25, 4, "2**5 mod None")
    assert (repr(-r), repr(+r), abs(r), ~r) == ("Residue(92)", "Residue(5)", 5, -6)
    assert (round(r), round(r, 2)) == ((5, None), (5, 2))


def test_numbers_of_other_kinds():
    r = Residue(5)
    assert (int(r), float(r), operator.index(r)) == (5, 5.0, 5)
    assert [10, 11, 12, 13, 14, 15][r] == 15
    assert bool(r) is True
    assert bool(Residue(97)) is False


def test_words():
    assert repr(Residue(5)) == "Residue(5)"
    assert str(Residue(5)) == "5 mod 97"
    assert f"{Residue(5)}" == "5 mod 97"


def test_dunder_methods_are_callable_by_name():
    assert value(Residue(2).__add__(3)) == 5
    assert Residue(2).__add__("x") is NotImplemented
    assert Residue(2).__eq__("x") is NotImplemented
    assert value(Residue(2).__radd__(3)) == 5


# In place


def test_in_place_operators_keep_the_object():
    accumulator = same = operators.Accumulator()
    accumulator += 1
    accumulator -= 2
    accumulator *= "x"
    accumulator /= 0.5
    accumulator //= 3
    accumulator %= 4
    accumulator **= 5
    accumulator <<= 6
    accumulator >>= 7
    accumulator &= 8
    accumulator |= 9
    accumulator ^= 10
    accumulator @= 11
    assert accumulator is same
    assert accumulator.log() == [
        "+1", "-2", "*x", "/0.5", "//3", "%4", "**5", "<<6", ">>7", "&8", "|9", "^10", "@11",
    ]  # fmt: skip


def test_in_place_errors():
    accumulator = operators.Accumulator()
    with pytest.raises(ValueError, match="negative"):
        accumulator -= -1
    with pytest.raises(TypeError, match=r"unsupported operand type\(s\) for \+="):
        accumulator += "text"
    assert accumulator.log() == []


def test_in_place_falls_back_on_the_plain_operator():
    residue = Residue(5)
    before = residue
    residue += 1
    assert value(residue) == 6
    assert value(before) == 5


def test_in_place_results_balance_references():
    accumulator = operators.Accumulator()
    before = sys.getrefcount(accumulator)
    for _ in range(100):
        accumulator += 1
    assert sys.getrefcount(accumulator) == before


# Comparison


@given(st.tuples(st.integers(0, 3), st.integers(0, 3)), st.tuples(st.integers(0, 3), st.integers(0, 3)))
def test_richcmp(a, b):
    for compare in (operator.lt, operator.le, operator.eq, operator.ne, operator.gt, operator.ge):
        assert compare(operators.Version(*a), operators.Version(*b)) is compare(a, b)


def test_richcmp_with_others():
    assert operators.Version(1, 2) != 5
    assert not operators.Version(1, 2) == "1.2"
    with pytest.raises(TypeError, match="'<' not supported between instances of 'operators.Version' and 'int'"):
        operators.Version(1, 2) < 5
    with pytest.raises(TypeError, match="unhashable type: 'operators.Version'"):
        hash(operators.Version(1, 2))


def test_richcmp_that_declines():
    a, b = operators.OnlyLess(), operators.OnlyLess()
    assert a < b
    # Python asks the reflected operator of the other side.
    assert a > b
    assert a != b
    assert a == a
    with pytest.raises(TypeError):
        a <= b


def test_one_method_for_each_comparison():
    Weight = operators.Weight
    assert Weight(1) == Weight(1)
    assert Weight(1) != Weight(2)
    assert not Weight(1) != Weight(1)
    assert Weight(1) != 1
    assert Weight(1) < Weight(2)
    assert Weight(2) > Weight(1)
    assert Weight(2) >= Weight(2)
    assert Weight(1) <= 1
    with pytest.raises(ValueError, match="a negative weight"):
        Weight(1) < Weight(-1)
    with pytest.raises(TypeError, match="'<' not supported"):
        Weight(1) < 3


def test_unequal_is_the_opposite_of_all_that_equal_does():
    class Other:
        def __eq__(self, other):
            return "equal"

        def __ne__(self, other):
            return "unequal"

    assert (operators.Weight(1) == Other()) == "equal"
    assert (operators.Weight(1) != Other()) is False
    assert operators.Weight(1).__ne__("text") is True


def test_hash():
    assert hash(operators.Weight(5)) == 5
    # -1 marks an error in the C API, so that it becomes -2.
    assert hash(operators.Weight(-1)) == -2
    assert len({operators.Weight(1), operators.Weight(1), operators.Weight(2)}) == 2
    assert hash(Residue(5)) == hash(Residue(102))
    assert Residue(5) == Residue(102)


# Containers


def test_items(raises_exactly):
    shelf = operators.Shelf("a", "b", "c")
    assert (len(shelf), shelf[0], shelf[2]) == (3, "a", "c")
    shelf[1] = "B"
    assert shelf[1] == "B"
    shelf[0] = None
    assert shelf[0] is None
    del shelf[0]
    assert list(shelf) == ["B", "c"]
    with raises_exactly(IndexError, "shelf index out of range"):
        shelf[9]
    with raises_exactly(KeyError, "'key'"):
        shelf["key"]
    with raises_exactly(KeyError, "-1"):
        shelf[-1]
    with raises_exactly(IndexError, "shelf index out of range"):
        shelf[9] = "x"
    with raises_exactly(IndexError, "shelf index out of range"):
        del shelf[9]


def test_items_of_the_wrong_type(raises_for_argument):
    shelf = operators.Shelf("a")
    with raises_for_argument("value", TypeError, "'int' object is not an instance of 'str'"):
        shelf[0] = 1
    with raises_for_argument("index", TypeError, "'str' object cannot be interpreted as an integer"):
        shelf["x"] = "y"
    with raises_for_argument("index", TypeError, "'str' object cannot be interpreted as an integer"):
        del shelf["x"]
    with raises_for_argument("text", TypeError, "'int' object is not an instance of 'str'"):
        1 in shelf


def test_containment_and_truth():
    shelf = operators.Shelf("a")
    assert "a" in shelf
    assert "b" not in shelf
    assert bool(shelf) is True
    assert bool(operators.Shelf()) is False


def test_reading_without_writing_is_refused():
    class Nothing:
        pass

    length = operators.LengthOnly(3)
    with pytest.raises(TypeError):
        length[0]
    with pytest.raises(TypeError):
        length[0] = 1
    with pytest.raises(TypeError):
        del length[0]


def test_errors_of_slots(raises_exactly):
    with raises_exactly(ValueError, "the length is negative"):
        len(operators.LengthOnly(-1))
    assert not operators.LengthOnly(0)
    huge = operators.HugeLength()
    with pytest.raises(OverflowError):
        len(huge)
    with raises_exactly(ValueError, "neither true nor false"):
        bool(huge)
    with raises_exactly(ValueError, "no hash"):
        hash(huge)
    with raises_exactly(ValueError, "cannot tell"):
        1 in huge
    with raises_exactly(ValueError, "no words"):
        repr(huge)
    with raises_exactly(ValueError, "no words"):
        str(huge)


def test_calls():
    function = operators.Callable()
    assert callable(function)
    assert function() == (1, 0, 0)
    assert function(1, 2, a=3) == (2, 2, 1)
    assert list(map(function, [1, 2])) == [(3, 1, 0), (4, 1, 0)]
    assert not callable(operators.Shelf())


def test_with_statements():
    managed = operators.Managed(swallow=True)
    with managed as entered:
        assert entered is managed
        assert managed.open
        raise ValueError("swallowed")
    assert not managed.open
    managed = operators.Managed(swallow=False)
    with pytest.raises(ValueError, match="let through"), managed:
        raise ValueError("let through")
    assert not managed.open
