"""The deployments of an EMQX Cloud account, as `emqx-tui account` prints them; none of the kinds of one deployment."""

from collections.abc import Mapping
from typing import NamedTuple

from emqx_tui.domain.account import AccountDeployment
from emqx_tui.i18n import N_, _
from emqx_tui.resources.spec import Align, Cell, Column, Resource, Scalar, Sign, Tone
from emqx_tui.text import MISSING, short_number


class AccountRow(NamedTuple):
    """One of them.

    Attributes:
        configured: The name by which it is configured; None where it is not.
    """

    item: AccountDeployment
    configured: str | None = None


def _mark(row: AccountRow) -> Cell:
    return Cell("○", Tone.MUTED) if row.configured is None else Cell("●", Tone.GOOD)


def _text(text: str) -> Cell:
    return Cell(text) if text else Cell(MISSING, Tone.MUTED)


def _configured(row: AccountRow) -> Cell:
    return Cell(_("needs API key"), Tone.MUTED) if row.configured is None else Cell(row.configured)


def record(row: AccountRow) -> Mapping[str, Scalar]:
    """The row for JSON and CSV; `created_at` is the platform's text, local time without a zone."""
    item = row.item
    return {
        "deployment": item.name,
        "id": item.id,
        "status": item.status or None,
        "type": item.kind or None,
        "version": item.version or None,
        "platform": item.platform or None,
        "region": item.region or None,
        "project": item.project or None,
        "connections_max": item.connections,
        "tps_max": item.tps,
        "created_at": item.created_at or None,
        "configured_as": row.configured,
    }


ACCOUNT: Resource[AccountRow] = Resource(
    name="account",
    title=N_("Account"),
    rows=lambda _snapshot: (),
    key=lambda row: row.item.id,
    columns=(
        Column("mark", "", 1, _mark, lambda row: row.configured is None, about=N_("● configured here, ○ not")),
        Column(
            "deployment",
            N_("DEPLOYMENT"),
            16,
            lambda row: Cell(row.item.name),
            lambda row: row.item.name,
            grows=True,
            about=N_("Its name in the account"),
        ),
        Column(
            "id",
            N_("ID"),
            9,
            lambda row: Cell(row.item.id),
            lambda row: row.item.id,
            priority=3,
            about=N_("Its id in the account, for platform_id in the configuration"),
        ),
        Column(
            "status",
            N_("STATUS"),
            9,
            lambda row: _text(row.item.status),
            lambda row: row.item.status or None,
            about=N_("In the platform's words: running, stopped …"),
        ),
        Column(
            "type",
            N_("TYPE"),
            13,
            lambda row: _text(row.item.kind),
            lambda row: row.item.kind or None,
            priority=1,
            about=N_("dedicated, dedicatedFlex, serverless …"),
        ),
        Column(
            "version",
            N_("VERSION"),
            7,
            lambda row: _text(row.item.version),
            lambda row: row.item.version or None,
            priority=1,
            about=N_("The generation of EMQX: v4, v5, v6"),
        ),
        Column(
            "region",
            N_("REGION"),
            24,
            lambda row: _text(row.item.region),
            lambda row: row.item.region or None,
            priority=2,
            about=N_("Where it runs"),
        ),
        Column(
            "connections",
            N_("CONNS"),
            6,
            lambda row: Cell(short_number(row.item.connections)),
            lambda row: row.item.connections,
            Align.RIGHT,
            priority=4,
            about=N_("How many connections its plan has"),
        ),
        Column(
            "configured",
            N_("CONFIGURED AS"),
            14,
            _configured,
            lambda row: row.configured,
            about=N_("Its name here, or that it needs an API key of its own"),
        ),
    ),
    fields=(
        "deployment",
        "id",
        "status",
        "type",
        "version",
        "platform",
        "region",
        "project",
        "connections_max",
        "tps_max",
        "created_at",
        "configured_as",
    ),
    record=record,
    matches=lambda row: (row.item.name, row.item.id, row.item.status, row.item.region, row.configured or ""),
    sort="deployment",
    empty=N_("The account has no deployment."),
    signs=(
        Sign("●", N_("configured"), N_("It is watched here."), Tone.GOOD),
        Sign("○", N_("not configured"), N_("It needs an API key of its own."), Tone.MUTED),
    ),
)
