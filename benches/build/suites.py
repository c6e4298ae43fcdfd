"""The source of the two suites of 720 bindings, as each engine's users would write it.

The suites are those of nanobind's benchmark (https://nanobind.readthedocs.io/en/latest/benchmark.html): a function, or a
class with a constructor and one method, for each order of six number types.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations

TYPES = ("u16", "i64", "i32", "u64", "u32", "f32")
"""The six argument types, by Rust's names."""

NAMES = "abcdef"
"""The names of the six arguments, and of the fields that hold them."""

IN_C = {"u16": "uint16_t", "i64": "int64_t", "i32": "int32_t", "u64": "uint64_t", "u32": "uint32_t", "f32": "float"}
"""What C and C++ call the types."""

Order = tuple[str, ...]

ORDERS: list[Order] = list(permutations(TYPES))
"""All 720 orders."""


def _each(order: Order, text: str, separator: str = ", ", types: dict[str, str] | None = None) -> str:
    """`text` for each argument, with its `{name}` and its `{type}`."""
    return separator.join(text.format(name=name, type=(types or {}).get(type, type)) for name, type in zip(NAMES, order))


def rust_functions() -> str:
    """For Exuvia and PyO3: one inline module, one sum for each order."""
    functions = "".join(
        f"""
    #[pyfunction]
    fn test_{index:04}({_each(order, "{name}: {type}")}) -> f32 {{
        {_each(order, "{name} as f32", " + ")}
    }}
"""
        for index, order in enumerate(ORDERS)
    )
    return f"use pyo3::prelude::*;\n\n#[pymodule]\nmod suite {{\n    use super::*;\n{functions}}}\n"


def rust_classes() -> str:
    """For Exuvia and PyO3: one class for each order."""
    classes = "".join(
        f"""
    #[pyclass]
    struct Struct{index:04} {{
        {_each(order, "{name}: {type}")},
    }}

    #[pymethods]
    impl Struct{index:04} {{
        #[new]
        fn new({_each(order, "{name}: {type}")}) -> Self {{
            Struct{index:04} {{ {", ".join(NAMES)} }}
        }}

        fn sum(&self) -> f32 {{
            {_each(order, "self.{name} as f32", " + ")}
        }}
    }}
"""
        for index, order in enumerate(ORDERS)
    )
    return f"use pyo3::prelude::*;\n\n#[pymodule]\nmod suite {{\n    use super::*;\n{classes}}}\n"


def _cpp_functions(include: str, space: str, module: str) -> str:
    functions = "".join(
        f"""
    m.def("test_{index:04}", []({_each(order, "{type} {name}", types=IN_C)}) {{
        return {_each(order, "(float) {name}", " + ")};
    }}, {_each(order, '"{name}"_a')});
"""
        for index, order in enumerate(ORDERS)
    )
    return (
        f"#include <{include}>\n#include <cstdint>\n\nnamespace py = {space};\nusing namespace py::literals;\n\n"
        f"{module}(suite, m) {{{functions}}}\n"
    )


def _cpp_classes(include: str, space: str, module: str) -> str:
    structs = "".join(
        f"""
struct Struct{index:04} {{
    {_each(order, "{type} {name};", " ", IN_C)}
    Struct{index:04}({_each(order, "{type} {name}", types=IN_C)}) : {_each(order, "{name}({name})")} {{}}
    float sum() const {{ return {_each(order, "(float) {name}", " + ")}; }}
}};
"""
        for index, order in enumerate(ORDERS)
    )
    classes = "".join(
        f"""
    py::class_<Struct{index:04}>(m, "Struct{index:04}")
        .def(py::init<{_each(order, "{type}", types=IN_C)}>(), {_each(order, '"{name}"_a')})
        .def("sum", &Struct{index:04}::sum);
"""
        for index, order in enumerate(ORDERS)
    )
    return (
        f"#include <{include}>\n#include <cstdint>\n\nnamespace py = {space};\nusing namespace py::literals;\n"
        f"{structs}\n{module}(suite, m) {{{classes}}}\n"
    )


def nanobind_functions() -> str:
    """For nanobind: one lambda for each order."""
    return _cpp_functions("nanobind/nanobind.h", "nanobind", "NB_MODULE")


def nanobind_classes() -> str:
    """For nanobind: one class for each order."""
    return _cpp_classes("nanobind/nanobind.h", "nanobind", "NB_MODULE")


def pybind11_functions() -> str:
    """For pybind11: one lambda for each order."""
    return _cpp_functions("pybind11/pybind11.h", "pybind11", "PYBIND11_MODULE")


def pybind11_classes() -> str:
    """For pybind11: one class for each order."""
    return _cpp_classes("pybind11/pybind11.h", "pybind11", "PYBIND11_MODULE")


_CIMPORT = "# cython: language_level=3\nfrom libc.stdint cimport uint16_t, int64_t, int32_t, uint64_t, uint32_t\n"


def cython_functions() -> str:
    """For Cython: one `def` with typed arguments for each order."""
    return _CIMPORT + "".join(
        f"""
def test_{index:04}({_each(order, "{type} {name}", types=IN_C)}):
    return {_each(order, "<float>{name}", " + ")}
"""
        for index, order in enumerate(ORDERS)
    )


def cython_classes() -> str:
    """For Cython: one extension type for each order."""
    return _CIMPORT + "".join(
        f"""
cdef class Struct{index:04}:
    cdef {_each(order, "{type} {name}", newline_cdef, IN_C)}

    def __cinit__(self, {_each(order, "{type} {name}", types=IN_C)}):
        {_each(order, "self.{name} = {name}", newline_body)}

    def sum(self):
        return {_each(order, "<float>self.{name}", " + ")}
"""
        for newline_cdef, newline_body in [("\n    cdef ", "\n        ")]
        for index, order in enumerate(ORDERS)
    )


SOURCES: dict[str, dict[str, Callable[[], str]]] = {
    "exuvia": {"functions": rust_functions, "classes": rust_classes},
    "pyo3": {"functions": rust_functions, "classes": rust_classes},
    "nanobind": {"functions": nanobind_functions, "classes": nanobind_classes},
    "pybind11": {"functions": pybind11_functions, "classes": pybind11_classes},
    "cython": {"functions": cython_functions, "classes": cython_classes},
}
"""What writes each engine's source of each suite."""
