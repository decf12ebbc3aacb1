"""What stands above the rows of a list, in place of them, and how a long label stands beside its text."""

import pytest

from emqx_tui.domain.errors import Unsupported
from emqx_tui.domain.models import Kind
from emqx_tui.fleet.listed import ListingState, Swept
from emqx_tui.fleet.refusals import why_not
from emqx_tui.keyboard.keymap import DEFAULT_KEYMAP
from emqx_tui.resources import named
from emqx_tui.resources.facts import Pair
from emqx_tui.resources.spec import Asked
from emqx_tui.tui.panels.facts import fact_lines
from emqx_tui.tui.panels.listing import listing_line
from emqx_tui.tui.widgets.lines import SpanLine


def words(lines: list[SpanLine]) -> list[str]:
    return ["".join(span.text for span in line).rstrip() for line in lines]


def refused(kind: Kind, version: str | None, status: int | None) -> list[str]:
    asked = named("slow-subscriptions").asked
    assert isinstance(asked, Asked)
    told = why_not(asked, Unsupported(path="/slow_subscriptions", status=status), kind, version)
    return [told.what, told.why, told.next]


def test_a_path_that_a_new_broker_lacks_may_be_hidden_by_what_is_before_it() -> None:
    assert refused(Kind.EMQX5, "5.8.9", 404) == [
        "Not offered by EMQX 5.8.9.",
        "It is offered by EMQX 4.4 and later.",
        "If this broker is one of them, a gateway or proxy before it does not let /slow_subscriptions through (404).",
    ]


def test_what_no_broker_of_the_kind_has_is_not_blamed_on_a_gateway() -> None:
    assert refused(Kind.NANOMQ, "0.25.4", None) == [
        "Not offered by NanoMQ 0.25.4.",
        "It is offered by EMQX 4.4 and later.",
        "",
    ]


def test_serverless_says_what_its_api_has() -> None:
    assert refused(Kind.SERVERLESS, None, 404)[2] == (
        "The API of Serverless has no more than clients, their subscriptions and publishing."
    )


@pytest.mark.parametrize(("rows", "told"), [(0, "0 rows"), (1, "1 row"), (2, "2 rows")])
def test_one_row_is_one_row(rows: int, told: str) -> None:
    state = ListingState(complete=True, answered_at=5.0, entries=tuple(range(rows)))  # type: ignore[arg-type]
    line = words(listing_line(named("banned"), state, 5.0, 80, DEFAULT_KEYMAP))
    assert line == [f"Banned  {told}  read 0 s ago"]


def test_a_sweep_that_could_look_at_nobody_does_not_say_that_nobody_is_in_trouble() -> None:
    state = ListingState(swept=Swept(most=2.0, began_at=1.0), error=Unsupported(path="/clients"))
    assert words(listing_line(named("trouble"), state, 5.0, 80, DEFAULT_KEYMAP)) == ["Trouble clients"]


@pytest.mark.parametrize(
    ("width", "lines"),
    [
        (30, ["high_watermark 1048576"]),
        (22, ["high_watermark 1048576"]),
        (21, ["high_watermark", "  1048576"]),
    ],
)
def test_a_text_stands_beside_its_long_label_where_both_fit(width: int, lines: list[str]) -> None:
    assert words(fact_lines([Pair("high_watermark", "1048576")], width)) == lines
