"""Generalised Lucas sequences: each term is a fixed combination of the terms before it."""

from .lucas import Lucas, nth

__all__ = ["Lucas", "nth"]
