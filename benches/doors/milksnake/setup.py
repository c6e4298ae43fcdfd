"""The library behind milksnake's door, as its documentation has it: DOORBENCH_LIBRARY and DOORBENCH_HEADER are what another build has made."""

import os

from setuptools import setup


def build_native(spec):
    spec.add_cffi_module(
        module_path="doorbench_milksnake._native",
        dylib=lambda: os.environ["DOORBENCH_LIBRARY"],
        header_filename=lambda: os.environ["DOORBENCH_HEADER"],
    )


setup(
    name="doorbench-milksnake",
    version="0.1.0",
    packages=["doorbench_milksnake"],
    zip_safe=False,
    milksnake_tasks=[build_native],
)
