"""Deployments of every kind, well and not."""

from itertools import product

from emqx_tui.domain.account import AccountDeployment
from emqx_tui.domain.findings import Finding, Severity
from emqx_tui.domain.freshness import Freshness
from emqx_tui.domain.models import Kind, Totals
from emqx_tui.domain.rows import DeploymentRow, account_row
from samples import HOSTILE, HUGE, NOW


def _deployments() -> list[DeploymentRow]:
    worst = [None, *[Finding("node.gone", severity, HOSTILE, {"sessions": HUGE}, NOW - 9) for severity in Severity]]
    totals = [
        None,
        Totals(),
        Totals(HUGE, HUGE, HUGE, HUGE, HUGE, 1e18, 1e18, 1e18),
        Totals(0, 0, 0, 0, 0, 0.0, 0.0, 0.0),
    ]
    kinds = [None, *Kind]
    return [
        DeploymentRow(
            name=f"{reason} {fresh} {at}",
            kind=kinds[at % len(kinds)],
            version=[None, "5.8.9", HOSTILE][at % 3],
            edition=None,
            up=[None, 0, HUGE][at % 3],
            known=[0, HUGE][at % 2],
            totals=total,
            alarms=[None, 0, HUGE][at % 3],
            worst=found,
            findings=at,
            fresh=fresh,
            age=[None, 0.0, 1e12][at % 3],
            reason=reason,
            waits=[None, 42.0][at % 2],
            halted=at % 2 == 0,
            now=NOW,
        )
        for at, (total, found, fresh, reason) in enumerate(product(totals, worst, Freshness, ["", HOSTILE]))
    ]


ROWS = [
    *_deployments(),
    account_row(AccountDeployment("bare", "bare"), NOW),
    account_row(AccountDeployment("same", "bare", "dedicated", "running", "v5", 0, 0, "AWS", "Frankfurt"), NOW),
    account_row(
        AccountDeployment(HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, HUGE, HUGE, HOSTILE, HOSTILE, HOSTILE, HOSTILE),
        NOW,
    ),
]
