"""What somebody wants to see of a kind of row, as the command line says it."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from emqx_tui.domain.filters import Filter
from emqx_tui.i18n import _
from emqx_tui.resources.formats import TEXTS
from emqx_tui.resources.queries import parse_query
from emqx_tui.resources.spec import Asked, Resource
from emqx_tui.resources.table import PROBLEMS, filter_of, sorts_by
from emqx_tui.resources.wording import fault
from emqx_tui.text import sanitize


class Wish(NamedTuple):
    """What is to be printed.

    Attributes:
        output: A word of `formats.OUTPUTS`.
        columns: Ids of columns, or keys of records; empty for all.
        sort: A column's id with a `-` before it for descending, or `problems`; empty for the usual order.
        filter: Which rows are shown.
        find: What the broker itself is to filter by.
        limit: How many rows are printed at most.
        watch: Seconds between two prints; None for once.
    """

    output: str = "table"
    columns: tuple[str, ...] = ()
    sort: str = ""
    filter: Filter | None = None
    find: str = ""
    limit: int | None = None
    watch: float | None = None


class Mistaken(ValueError):
    """Something in a wish that there is not; the text says what there is instead."""


def checked(resource: Resource[Any], wish: Wish, *, columns: str = "", filtered: str = "") -> Wish:
    """The wish with names of columns and a filter as they were typed.

    Raises:
        Mistaken: There is no such column, key or order, or the filter cannot be understood.
    """
    names = tuple(name for part in columns.split(",") if (name := part.strip()))
    ids = [column.id for column in resource.columns]
    known = ids if wish.output in TEXTS else list(resource.fields)
    others = (
        (resource.fields, _("It is a key of json, jsonl and csv."))
        if wish.output in TEXTS
        else (ids, _("It is a column of table and wide."))
    )
    for name in names:
        if name not in known:
            raise Mistaken(_("--columns: there is no {name}. {advice}").format(**_advice(name, known, others)))
    if wish.sort and not sorts_by(resource, wish.sort):
        orders = [*ids, *([PROBLEMS] if resource.problem is not None else [])]
        raise Mistaken(_("--sort: there is no {name}. {advice}").format(**_advice(wish.sort, orders)))
    found = filter_of(resource, filtered) if filtered.strip() else None
    if found is not None and found.flaw is not None:
        told = _("--filter: {term}: {why}").format(term=found.flaw.term, why=fault(found.flaw))
        raise Mistaken(sanitize(told))
    if wish.find:
        if resource.asked is None or not resource.asked.filters:
            raise Mistaken(_("--find: no broker filters {name} by anything; use --filter").format(name=resource.name))
        complaint = parse_query(wish.find, named_only(resource.asked)).complaint
        if complaint:
            raise Mistaken(_("--find: {complaint}").format(complaint=sanitize(complaint)))
    return wish._replace(columns=names, filter=found)


def named_only(asked: Asked) -> Asked:
    """The same, but a word without a name is for no filter: a script says what it means."""
    return asked._replace(bare="")


def _advice(name: str, known: Sequence[str], others: tuple[Sequence[str], str] = ((), "")) -> dict[str, str]:
    """What there is instead; `others` are names that only another format has, and the sentence that says so."""
    from difflib import get_close_matches  # noqa: PLC0415  for who mistyped

    elsewhere, why = others
    meant = [why] if name in elsewhere else []
    if not meant:
        meant = [_("Did you mean {name}?").format(name=one) for one in get_close_matches(name.lstrip("-"), known, n=1)]
    listed = _("There are: {names}.").format(names=", ".join(known))
    return {"name": sanitize(name), "advice": " ".join([*meant, listed])}
