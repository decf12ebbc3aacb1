"""What the list of log traces tells, and in which order."""

from emqx_tui.domain.listing import Entry
from emqx_tui.domain.system import Trace
from emqx_tui.resources import named
from emqx_tui.resources.facts import Note
from samples import NOW


def trace(status: str, starts: float, ends: float, size: int | None) -> Entry[Trace]:
    sizes = {} if size is None else {"emqx@a": size, "emqx@b": 0}
    return Entry("prod", Trace("drops", "clientid", "pump-17", status, starts, ends, sizes, "hidden", "text"), NOW)


RUNNING = trace("running", NOW - 120, NOW + 480, 4096)
WAITING = trace("waiting", NOW + 60, NOW + 660, 0)
STOPPED = trace("stopped", NOW - 900, NOW - 300, 1 << 20)


def cells(row: Entry[Trace]) -> dict[str, str]:
    return {column.id: column.cell(row).text for column in named("traces").columns}


def test_a_trace_that_runs_tells_of_whom_it_is_how_large_it_is_and_for_how_long_it_goes_on() -> None:
    told = cells(RUNNING)
    assert (told["mark"], told["status"], told["type"], told["value"]) == ("●", "running", "clientid", "pump-17")
    assert (told["size"], told["since"], told["ends"], told["payloads"]) == ("4.0 K", "2 m", "8 m", "hidden")


def test_one_that_waits_has_not_begun_and_one_that_is_over_does_not_end() -> None:
    assert (cells(WAITING)["since"], cells(WAITING)["ends"]) == ("-", "11 m")
    assert (cells(STOPPED)["since"], cells(STOPPED)["ends"]) == ("15 m", "-")


def test_what_runs_stands_first_and_what_is_over_last() -> None:
    (sort,) = (column.sort for column in named("traces").columns if column.id == "status")
    assert sorted([STOPPED, WAITING, RUNNING], key=lambda row: str(sort(row))) == [RUNNING, WAITING, STOPPED]


def test_a_log_that_stays_empty_is_explained() -> None:
    detail = named("traces").detail
    assert detail is not None
    empty = trace("running", NOW - 120, NOW + 480, 0)
    assert any("did nothing" in fact.text for fact in detail(empty, None) if isinstance(fact, Note))
    assert not any("did nothing" in fact.text for fact in detail(RUNNING, None) if isinstance(fact, Note))
