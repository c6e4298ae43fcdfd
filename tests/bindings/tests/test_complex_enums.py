"""Enums whose variants have fields."""

import gc
import math
import weakref

import pytest
from exuvia_bindings_tests import complex_enums

Holding = complex_enums.Holding
Shape = complex_enums.Shape
Token = complex_enums.Token


def test_construction_and_fields():
    circle = Shape.Circle(radius=2.0)
    assert isinstance(circle, Shape.Circle)
    assert isinstance(circle, Shape)
    assert not isinstance(circle, Shape.Rectangle)
    assert circle.radius == 2.0
    assert Shape.Circle(3).radius == 3.0
    rectangle = Shape.Rectangle(1, height=2)
    assert (rectangle.width, rectangle.height) == (1.0, 2.0)
    polygon = Shape.Polygon(3, 1.5)
    assert (polygon._0, polygon._1) == (3, 1.5)
    assert len(polygon) == 2
    assert polygon[0] == 3
    assert polygon[1] == 1.5
    with pytest.raises(IndexError, match="^tuple index out of range$"):
        polygon[2]
    assert len(Shape.Nothing()) == 0
    with pytest.raises(TypeError):
        Shape.Circle()
    with pytest.raises(TypeError):
        Shape.Circle("x")
    with pytest.raises(TypeError):
        Shape()
    with pytest.raises(AttributeError):
        circle.radius = 5.0


def test_methods_of_the_enum():
    assert Shape.Circle(1.0).area() == math.pi
    assert Shape.square(3.0).area() == 9.0
    assert type(Shape.square(3.0)) is Shape.Rectangle
    assert Shape.Nothing().area() == 0.0


def test_values_from_rust_are_of_their_variants():
    scaled = complex_enums.scaled(Shape.Polygon(4, 1.0), 2.0)
    assert type(scaled) is Shape.Polygon
    assert scaled.area() == pytest.approx(4.0)
    assert type(complex_enums.scaled(Shape.Nothing(), 2.0)) is Shape.Nothing


def test_matching():
    def describe(shape):
        match shape:
            case Shape.Circle(radius=r) if r > 100:
                return "large"
            case Shape.Circle(r):
                return f"circle {r}"
            case Shape.Rectangle(w, h):
                return f"rectangle {w} {h}"
            case Shape.Polygon(sides, side):
                return f"polygon {sides} {side}"
            case Shape.Nothing():
                return "nothing"

    assert describe(Shape.Circle(101.0)) == "large"
    assert describe(Shape.Circle(1.0)) == "circle 1.0"
    assert describe(Shape.Rectangle(1.0, 2.0)) == "rectangle 1.0 2.0"
    assert describe(Shape.Polygon(3, 1.0)) == "polygon 3 1.0"
    assert describe(Shape.Nothing()) == "nothing"
    assert Shape.Rectangle.__match_args__ == ("width", "height")
    assert Shape.Polygon.__match_args__ == ("_0", "_1")


def test_names():
    assert Shape.Circle.__name__ == "Circle"
    assert Shape.Circle.__qualname__ == "Shape.Circle"
    assert Shape.Circle.__doc__ == "Round."
    assert Token.__module__ == "some.package"
    assert Token.WORD_LIKE.__module__ == "some.package"
    assert hasattr(Token, "Number")
    assert hasattr(Token, "PAIR")


def test_constructors():
    word = Token.WORD_LIKE("x")
    assert (word.text, word.line, word.type) == ("x", 1, None)
    assert Token.WORD_LIKE("x", 5, type="t").type == "t"
    with pytest.raises(TypeError):
        Token.WORD_LIKE("x", 5, "t")
    assert (Token.PAIR()._0, Token.PAIR(_1=4)._1) == (0, 4)
    assert complex_enums.described(word) == "x@1 None"
    assert complex_enums.described(Token.Number(5)) == "5"


def test_equality_and_hashes():
    assert Token.Number(5) == Token.Number(5)
    assert Token.Number(5) != Token.Number(6)
    assert Token.Number(5) != Token.PAIR(5, 5)
    assert hash(Token.Number(5)) == hash(Token.Number(5))
    assert len({Token.Number(1), Token.Number(1), Token.PAIR(1, 1)}) == 2


def test_objects_in_variants():
    class Witness:
        pass

    witness = Witness()
    reference = weakref.ref(witness)
    holding = Holding.Object(witness)
    assert holding._0 is witness
    items = Holding.List([witness, 1])
    assert items.items == [witness, 1]
    shape = Shape.Circle(1.0)
    nested = Holding.Nested(shape, None)
    assert nested.shape is shape
    assert nested.maybe is None
    del witness, holding, items
    gc.collect()
    assert reference() is None


def test_variants_cannot_be_faked():
    with pytest.raises(TypeError):
        object.__new__(Shape.Circle)
    with pytest.raises(TypeError):
        Shape.Circle.__new__(Shape.Rectangle, 1.0)

    class Below(Shape):
        pass

    with pytest.raises(TypeError):
        Below()
