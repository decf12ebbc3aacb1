"""The authorization sources."""

from samples.checks import rows


ROWS = rows("allow", "deny", "ignore", "nomatch")
