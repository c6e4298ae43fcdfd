"""What PyO3 has and exuvia has not yet: these tests run on the oracle alone, and wait."""

import exuvia_bindings_tests
import pytest

if exuvia_bindings_tests.ENGINE == "exuvia":
    pytest.skip("exuvia has none of this yet", allow_module_level=True)

from exuvia_bindings_tests import later


def test_derived_extraction():
    assert later.which(5) == "integer 5"
    assert later.which("five") == "text five"
    with pytest.raises(TypeError):
        later.which(None)
