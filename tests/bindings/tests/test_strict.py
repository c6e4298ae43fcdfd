"""Modules under strict lints, and with names that the macros' own code might use."""

import pytest
from exuvia_bindings_tests import strict


def test_they_work_as_any_other():
    assert strict.add(1, 2) == 3
    assert strict.type(3) == 3
    with pytest.raises(ValueError, match="^negative$"):
        strict.type(-1)
    meter = strict.Meter(1.0)
    assert meter.add(2.0) == meter.total() == 3.0
