//! Enums whose variants have fields.

use exuvia::prelude::*;

#[pymodule]
pub mod complex_enums {
    use exuvia::prelude::*;

    /// Shapes on a plane.
    #[pyclass]
    #[derive(Debug)]
    pub enum Shape {
        /// Round.
        Circle {
            radius: f64,
        },
        Rectangle {
            width: f64,
            height: f64,
        },
        Polygon(u32, f64),
        Nothing(),
    }

    #[pymethods]
    impl Shape {
        fn area(&self) -> f64 {
            match self {
                Shape::Circle { radius } => std::f64::consts::PI * radius * radius,
                Shape::Rectangle { width, height } => width * height,
                Shape::Polygon(sides, side) => {
                    let sides = f64::from(*sides);
                    sides * side * side / (4.0 * (std::f64::consts::PI / sides).tan())
                }
                Shape::Nothing() => 0.0,
            }
        }

        #[staticmethod]
        fn square(side: f64) -> Self {
            Shape::Rectangle {
                width: side,
                height: side,
            }
        }
    }

    #[pyfunction]
    fn scaled(shape: &Shape, by: f64) -> Shape {
        match shape {
            Shape::Circle { radius } => Shape::Circle {
                radius: radius * by,
            },
            Shape::Rectangle { width, height } => Shape::Rectangle {
                width: width * by,
                height: height * by,
            },
            Shape::Polygon(sides, side) => Shape::Polygon(*sides, side * by),
            Shape::Nothing() => Shape::Nothing(),
        }
    }

    #[pyclass(
        eq,
        hash,
        from_py_object,
        rename_all = "SCREAMING_SNAKE_CASE",
        module = "some.package"
    )]
    #[derive(Clone, PartialEq, Hash)]
    pub enum Token {
        #[pyo3(constructor = (text, line = 1, *, r#type = None))]
        WordLike {
            text: String,
            line: u32,
            r#type: Option<String>,
        },
        #[pyo3(name = "Number")]
        Numeric(i64),
        #[pyo3(constructor = (_0 = 0, _1 = 0))]
        Pair(i64, i64),
    }

    #[pyfunction]
    fn described(token: Token) -> String {
        match token {
            Token::WordLike { text, line, r#type } => format!("{text}@{line} {type:?}"),
            Token::Numeric(number) => number.to_string(),
            Token::Pair(a, b) => format!("{a},{b}"),
        }
    }

    /// Holds objects, some of which can neither be cloned nor be converted by reference.
    #[pyclass]
    pub enum Holding {
        Object(Py<PyAny>),
        List {
            items: Vec<Py<PyAny>>,
        },
        Nested {
            shape: Py<Shape>,
            maybe: Option<i64>,
        },
    }
}
