"""The sources."""

from samples.links import ROWS


__all__ = ["ROWS"]
