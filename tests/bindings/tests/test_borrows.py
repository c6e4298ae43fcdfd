"""Borrows: whoever comes while an object is borrowed is refused, and never sees a value that somebody is changing."""

import operator

import pytest
from exuvia_bindings_tests import borrows


class InPython(borrows.Guarded):
    pass


def setting(name, value):
    return lambda g: setattr(g, name, value)


def set_item(g):
    g[1] = 2


def delete_item(g):
    del g[1]


SHARED = {
    "method of scalars": lambda g: g.scalar(),
    "method of scalars with an argument": lambda g: g.scalar_with(3),
    "method": lambda g: g.describe("more"),
    "method by guard": lambda g: g.by_py_ref(),
    "property": lambda g: g.doubled,
    "field": lambda g: g.number,
    "field of text": lambda g: g.text,
    "repr": repr,
    "str": str,
    "hash": hash,
    "bool": bool,
    "len": len,
    "item": lambda g: g[5],
    "in": lambda g: 5 in g,
    "==": lambda g: g == 5,
    "!=": lambda g: g != 5,
    "<": lambda g: g < 5,
    "-": operator.neg,
    "int": int,
    "iter": iter,
    "argument": borrows.by_reference,
    "argument by guard": borrows.by_guard,
    "items of an argument": lambda g: borrows.in_a_vector([g, g]),
    "optional argument": borrows.optional,
}
EXCLUSIVE = {
    "method of scalars": lambda g: g.add(1),
    "method": lambda g: g.rename("other"),
    "method by guard": lambda g: g.by_py_ref_mut(),
    "property": setting("doubled", 4),
    "field": setting("number", 4),
    "field of text": setting("text", "other"),
    "item assigned": set_item,
    "item deleted": delete_item,
    "call": lambda g: g(),
    "+=": lambda g: operator.iadd(g, 5),
    "**=": lambda g: operator.ipow(g, 2),
    "next": next,
    "argument": borrows.by_exclusive_reference,
    "argument by guard": borrows.by_exclusive_guard,
    "items of an argument": lambda g: borrows.exclusively_in_a_vector([g]),
}
# To an operator that cannot have its object the operands are of types it does not know: the other operand is asked, and then
# Python says so. A comparison and an operator in place do the same for the operand, but not for their own object.
OPERATORS = {
    "+": lambda g: g + 5,
    "+ reflected": lambda g: 5 + g,
    "- on the left only": lambda g: g - 5,
    "* on the right only": lambda g: 5 * g,
    "**": lambda g: g**2,
    "** with modulus": lambda g: pow(g, 2, 3),
    "** reflected": lambda g: 2**g,
    "operand of +": lambda g: borrows.Asking() + g,
    "operand of + reflected": lambda g: g + borrows.Asking(),
    "modulus of **": lambda g: pow(borrows.Asking(), 2, g),
    "operand of +=": lambda g: operator.iadd(borrows.Asking(), g),
    "operand of <": lambda g: borrows.Asking() < g,
}
EXCLUSIVE_OPERATORS = {
    "|": lambda g: g | 5,
    "| in place": lambda g: operator.ior(g, 5),
    "operand of -": lambda g: borrows.Asking() - g,
}
UNKNOWN = r"^unsupported operand type\(s\) for |^'<' not supported between instances of "


@pytest.fixture(params=[borrows.Guarded, InPython])
def guarded(request):
    return request.param()


@pytest.mark.parametrize("name", SHARED)
def test_shared_beside_exclusive(guarded, name):
    with pytest.raises(RuntimeError, match=r"^Already mutably borrowed(\n|$)"):
        guarded.while_exclusive(lambda: SHARED[name](guarded))
    SHARED[name](guarded)


@pytest.mark.parametrize("name", SHARED)
def test_shared_beside_shared(guarded, name):
    guarded.while_shared(lambda: SHARED[name](guarded))
    guarded.add(1)


@pytest.mark.parametrize("borrowed", ["while_shared", "while_exclusive"])
@pytest.mark.parametrize("name", EXCLUSIVE)
def test_exclusive_beside_another(guarded, name, borrowed):
    with pytest.raises(RuntimeError, match=r"^Already borrowed(\n|$)"):
        getattr(guarded, borrowed)(lambda: EXCLUSIVE[name](guarded))
    EXCLUSIVE[name](guarded)


@pytest.mark.parametrize("name", OPERATORS)
def test_operators_beside_exclusive(guarded, name):
    with pytest.raises(TypeError, match=UNKNOWN):
        guarded.while_exclusive(lambda: OPERATORS[name](guarded))
    guarded.while_shared(lambda: OPERATORS[name](guarded))
    guarded.add(1)


@pytest.mark.parametrize("borrowed", ["while_shared", "while_exclusive"])
@pytest.mark.parametrize("name", EXCLUSIVE_OPERATORS)
def test_exclusive_operators_beside_another(guarded, name, borrowed):
    with pytest.raises(TypeError, match=UNKNOWN):
        getattr(guarded, borrowed)(lambda: EXCLUSIVE_OPERATORS[name](guarded))
    EXCLUSIVE_OPERATORS[name](guarded)
    guarded.add(1)


def test_the_other_operand_is_asked(guarded):
    class Other:
        def __radd__(self, other):
            return "other"

        def __gt__(self, other):
            return "greater"

    assert guarded.while_exclusive(lambda: guarded.__add__(5)) is NotImplemented
    assert guarded.while_exclusive(lambda: guarded + Other()) == "other"
    # The object of a comparison is no operand.
    with pytest.raises(RuntimeError, match=r"^Already mutably borrowed(\n|$)"):
        guarded.while_exclusive(lambda: guarded < Other())


def test_operators_that_borrow_by_guards():
    guarded = borrows.ByGuard()
    for operation in operator.add, operator.iadd, operator.lt:
        with pytest.raises(TypeError, match=UNKNOWN):
            guarded.while_exclusive(lambda: operation(guarded, 5))
        operation(guarded, 5)
    with pytest.raises(RuntimeError, match=r"^Already mutably borrowed(\n|$)"):
        guarded.while_exclusive(lambda: len(guarded))


@pytest.mark.parametrize("compare", [operator.eq, operator.ne, operator.lt, operator.ge])
def test_comparisons_that_the_macro_writes(compare):
    compared, other = borrows.Compared(), borrows.Compared()
    # The operand is told that it is of another type, and then compares itself.
    for operands in (compared, other), (compared, 5), (other, compared):
        with pytest.raises(RuntimeError, match=r"^Already mutably borrowed(\n|$)"):
            compared.while_exclusive(lambda: compare(*operands))
    compare(compared, other)


@pytest.mark.parametrize("call", [borrows.swap, borrows.copy_number, lambda a, b: borrows.exclusively_in_a_vector([a, b])])
def test_one_object_twice(guarded, call):
    with pytest.raises(RuntimeError, match="^Already (mutably )?borrowed(\n|$)"):
        call(guarded, guarded)
    # Both borrows are over, the one that was refused and the one that was not.
    call(guarded, borrows.Guarded())
    guarded.add(1)


def test_borrows_nest(guarded):
    guarded.while_shared(lambda: guarded.while_shared(lambda: guarded.while_shared(guarded.scalar)))
    assert guarded.add(1) == 2


@pytest.mark.parametrize("borrowed", ["while_shared", "while_exclusive"])
def test_an_exception_ends_the_borrow(guarded, borrowed):
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            getattr(guarded, borrowed)(lambda: 1 / 0)
    assert guarded.add(1) == 2


def test_a_lost_guard_borrows_for_ever(guarded):
    borrows.lose_a_guard(guarded)
    assert guarded.scalar() == 1
    with pytest.raises(RuntimeError, match=r"^Already borrowed(\n|$)"):
        guarded.add(1)


def test_the_object_dies_while_it_is_borrowed():
    def work():
        holder = [borrows.Guarded()]
        # The call is the last to know the object.
        return holder.pop().while_exclusive(lambda: holder)

    assert work() == []
