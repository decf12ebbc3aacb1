"""One-shot looks at recorded brokers, in this process and in one of its own."""

import asyncio
import io
import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emqx_tui.config import Deployment, InlineSecret, Secret
from emqx_tui.demo.fleet import DemoDeployment
from emqx_tui.fleet.state_file import StateFiles
from emqx_tui.report.one_shot import show
from emqx_tui.report.stream import stream
from emqx_tui.report.wish import Wish, checked
from emqx_tui.resources import NODES
from emqx_tui.resources.spec import Resource
from tape import PASSWORD, USER


RECORDINGS = Path(__file__).parents[1] / "recordings"
ROOT = Path(__file__).parents[2]

CALM = [
    "emqx-4.4.19-single",
    "emqx-4.4.19-cluster",
    "emqx-4.4.19-node-killed",
    "emqx-5.8.9-single",
    "emqx-5.8.9-cluster",
    "emqx-5.8.9-node-killed",
    "nanomq-0.25.3",
]
"""Recorded sets in which nothing hangs."""

KEYS = [
    "deployment",
    "node",
    "status",
    "role",
    "version",
    "description",
    "otp_release",
    "uptime_seconds",
    "datetime",
    "live_connections",
    "sessions",
    "load1",
    "load5",
    "load15",
    "memory_used_bytes",
    "memory_total_bytes",
    "processes_used",
    "processes_limit",
    "fd_limit",
    "received_per_second",
    "sent_per_second",
    "dropped_per_second",
    "alarms",
    "edition",
    "state_since",
]
"""The keys of a node in JSON and CSV, in their order: scripts rely on them."""


@dataclass(frozen=True, slots=True)
class Printed:
    """What a run left behind."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        return list(json.loads(self.out))


def at(url: str, name: str = "prod", secret: str = PASSWORD) -> Deployment:
    """The deployment at a tape."""
    return Deployment(name=name, url=url, app_id=USER, secret=InlineSecret(Secret(secret)))


async def shown(*deployments: Deployment, output: str = "json", state: Path | None = None) -> Printed:
    """What a look prints, taken in this process."""
    out, err = io.StringIO(), io.StringIO()
    code = await show(NODES, deployments, Wish(output), files=StateFiles(state), out=out, err=err)
    return Printed(code, out.getvalue(), err.getvalue())


async def ran(
    arguments: Sequence[str], state: Path, environment: Mapping[str, str | None] | None = None, stdin: bytes = b""
) -> Printed:
    """What the program prints, run in a process of its own without a terminal."""
    wanted: dict[str, str | None] = {
        **os.environ,
        "EMQX_TUI_STATE_DIR": str(state),
        "EMQX_TUI_CONFIG": str(state / "config.toml"),
        "EMQX_TUI_APP_SECRET": PASSWORD,
        "PYTHONPATH": str(ROOT),
        **(environment or {}),
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "emqx_tui",
        *arguments,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={name: value for name, value in wanted.items() if value is not None},
    )
    out, err = await asyncio.wait_for(process.communicate(stdin), 30)
    return Printed(process.returncode or 0, out.decode(), err.decode())


def recorded(name: str, exchange: str) -> Any:  # noqa: ANN401  JSON
    """The body of a recorded exchange."""
    lines = (json.loads(line) for line in (RECORDINGS / f"{name}.jsonl").read_text("utf-8").splitlines())
    return next(line["body"] for line in lines if line["name"] == exchange)


_UNITS = {"M": 2**20, "G": 2**30}
_SECONDS = {"day": 86_400, "hour": 3600, "minute": 60, "second": 1}


def bytes_in(text: str) -> int:
    """Bytes of a recorded `937.97M`."""
    return round(float(text[:-1]) * _UNITS[text[-1]])


def seconds_in(uptime: str | int) -> int:
    """Seconds of a recorded `4 minutes, 18 seconds`, or of milliseconds."""
    if isinstance(uptime, int):
        return uptime // 1000
    pairs = [part.split() for part in uptime.split(", ")]
    return sum(int(number) * _SECONDS[word.lower().rstrip("s")] for number, word in pairs)


def figures(row: Mapping[str, Any]) -> dict[str, Any]:
    """What a recorded element of `/nodes` says, by the names of the output."""
    return {
        "node": row["node"],
        "status": row["node_status"].lower(),
        "role": row.get("role"),
        "version": row["version"],
        "otp_release": row["otp_release"],
        "uptime_seconds": seconds_in(row["uptime"]),
        "live_connections": row["live_connections"],
        "sessions": row["connections"],
        **{name: float(row[name]) for name in ("load1", "load5", "load15")},
        "memory_used_bytes": bytes_in(row["memory_used"]),
        "memory_total_bytes": bytes_in(row["memory_total"]),
        "processes_used": row["process_used"],
        "processes_limit": row["process_available"],
        "fd_limit": row["max_fds"],
        "edition": row.get("edition"),
    }


def of(deployment: DemoDeployment) -> Deployment:
    """A deployment of the simulated fleet."""
    secret = InlineSecret(Secret(deployment.app_secret))
    return Deployment(name=deployment.name, url=deployment.url, app_id=deployment.app_id, secret=secret)


async def printed(
    resource: Resource[Any],
    *deployments: Deployment,
    state: Path | None = None,
    err: io.StringIO | None = None,
    filtered: str = "",
    columns: str = "",
    **wished: Any,  # noqa: ANN401  fields of a wish
) -> Printed:
    """What a command prints about rows of that kind, in this process."""
    out, err = io.StringIO(), err or io.StringIO()
    wish = checked(resource, Wish(**wished), columns=columns, filtered=filtered)
    run = show if resource.asked is None else stream
    code = await run(resource, deployments, wish, files=StateFiles(state), out=out, err=err)
    return Printed(code, out.getvalue(), err.getvalue())
