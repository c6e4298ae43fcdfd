"""Looks for data beside itself, by stat as well as by opening."""

import os

HERE = os.path.dirname(os.path.abspath(__file__))


def listing():
    return os.path.isdir(os.path.join(HERE, "data")), sorted(os.listdir(os.path.join(HERE, "data")))


def greeting():
    with open(os.path.join(HERE, "data", "greeting.txt"), encoding="utf-8") as stream:
        return stream.read()
