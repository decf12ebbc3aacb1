"""The actions."""

from samples.links import ROWS


__all__ = ["ROWS"]
