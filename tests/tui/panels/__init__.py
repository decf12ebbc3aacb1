"""Tests of the panels: pure functions from what is known to lines of spans."""
