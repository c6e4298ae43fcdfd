import pytest
from doubling import double


@pytest.mark.parametrize("value", [0, 1, -3])
def test_a_number_is_doubled(value):
    assert double(value) == 2 * value


def test_two_is_doubled():
    assert double(2) == 4


def test_lists_are_compared(numbers):
    assert numbers == [1, 2, 4]


def test_a_plugin_is_found(mocker):
    mocked = mocker.patch("os.getcwd", return_value="/nowhere")
    import os

    assert os.getcwd() == "/nowhere"
    mocked.assert_called_once_with()
