"""The authentication chain."""

from samples.checks import rows


ROWS = rows("success", "failed", "nomatch")
