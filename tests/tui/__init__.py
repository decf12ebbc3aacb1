"""Tests of what stands on the terminal."""
