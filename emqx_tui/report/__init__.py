"""Rows on standard output: the same resources as on screen, as tables, JSON and CSV. No Textual."""
