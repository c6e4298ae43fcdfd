"""Builds lucas by setuptools and setuptools-rust: for projects that have a setup.py already. See README.md."""

from setuptools import setup
from setuptools_rust import Binding, RustExtension

lucas = RustExtension(
    "lucas.lucas",
    # Binding.PyO3 would ask for the same feature of a dependency named pyo3.
    binding=Binding.NoBinding,
    features=["exuvia/extension-module"],
)

setup(
    packages=["lucas"],
    package_dir={"": "python"},
    package_data={"lucas": ["__init__.pyi", "py.typed"]},
    rust_extensions=[lucas],
)
