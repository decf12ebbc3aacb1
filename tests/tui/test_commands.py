"""Which lines of the `:` prompt are nothing but the program's own words."""

import pytest

from emqx_tui.tui.commands import is_plain


@pytest.mark.parametrize(
    ("line", "plain"),
    [
        ("nodes", True),
        ("alarms prod-eu", True),
        ("alarms prod", True),
        ("prod-eu", True),
        ("my own", True),
        ("nodes my own", True),
        ("fleet", True),
        ("?", True),
        ("q!", True),
        ("theme", True),
        ("theme  light", True),
        ("hunter2", False),
        ("nodes hunter2", False),
        ("prod-eu hunter2", False),
        ("s", False),
        ("fleet hunter2", False),
        ("help hunter2", False),
        ("theme hunter2", False),
        ("theme light hunter2", False),
        ("", True),
    ],
)
def test_a_line_is_plain_when_every_word_of_it_is_known(line: str, plain: bool) -> None:
    assert is_plain(line, ["prod-eu", "my own", "staging", "shop"]) is plain
