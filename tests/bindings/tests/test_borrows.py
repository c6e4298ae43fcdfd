"""Borrows: whoever comes while an object is borrowed is refused, and never sees a value that somebody is changing."""

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


def add_in_place(g):
    g += 5


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
    "+": lambda g: g + 5,
    "+ reflected": lambda g: 5 + g,
    "**": lambda g: g**2,
    "-": lambda g: -g,
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
    "+=": add_in_place,
    "next": next,
    "argument": borrows.by_exclusive_reference,
    "argument by guard": borrows.by_exclusive_guard,
    "items of an argument": lambda g: borrows.exclusively_in_a_vector([g]),
}


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


@pytest.mark.parametrize("name", EXCLUSIVE)
def test_exclusive_beside_shared(guarded, name):
    with pytest.raises(RuntimeError, match=r"^Already borrowed(\n|$)"):
        guarded.while_shared(lambda: EXCLUSIVE[name](guarded))
    EXCLUSIVE[name](guarded)


@pytest.mark.parametrize("name", EXCLUSIVE)
def test_exclusive_beside_exclusive(guarded, name):
    with pytest.raises(RuntimeError, match=r"^Already borrowed(\n|$)"):
        guarded.while_exclusive(lambda: EXCLUSIVE[name](guarded))
    EXCLUSIVE[name](guarded)


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
