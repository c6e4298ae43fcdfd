"""Uses the extension module, which needs a library of its own."""

from demo import _answer


def answer():
    return _answer.answer(), _answer.__spec__.name, _answer.__file__.endswith(".so"), _answer.__loader__ is not None
