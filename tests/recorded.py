"""Recorded answers to one path, each asked again through an adapter."""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from emqx_tui.domain.broker import Broker, Remembered
from emqx_tui.domain.listing import EVERYTHING
from emqx_tui.domain.models import Kind
from tape import Tape


Connect = Callable[..., Awaitable[Broker]]

RECORDINGS = Path(__file__).parent / "recordings"
SETS = sorted(file.stem for file in RECORDINGS.glob("*.jsonl") if not file.stem.endswith("-writes"))
KINDS = {"emqx-4": Kind.EMQX4, "emqx-5": Kind.EMQX5, "nanomq": Kind.NANOMQ}


def base_of(recorded: str) -> str:
    return "/api/v5" if recorded.startswith("emqx-5") else "/api/v4"


async def known(connect: Connect, tape: Tape, recorded: str, kind: Kind | None = None) -> Broker:
    """The adapter of what the set was recorded from, without a question before."""
    base = tape.url + base_of(recorded)
    return await connect(base, remembered=Remembered(base, kind or KINDS[recorded[:6]]))


def recorded_bodies(sets: str, path: str) -> list[Any]:
    """Parameters: each good answer to a path, with whatever query, in the sets whose names begin so."""
    found = []
    for file in sorted(RECORDINGS.glob(f"{sets}*.jsonl")):
        exchanges = map(json.loads, file.read_text("utf-8").splitlines())
        wanted = ("GET", "ok", 200)
        for exchange in exchanges:
            request, base = exchange["request"], base_of(file.stem)
            if request["path"] == base + path and (request["method"], request["auth"], exchange["status"]) == wanted:
                found.append(pytest.param(file.stem, exchange["body"], id=f"{file.stem}-{exchange['name']}"))
    return found


async def asked(connect: Connect, recorded: str, path: str, body: Any, question: str) -> Any:  # noqa: ANN401  JSON
    """All items of the first page."""
    async with Tape(recorded) as tape:
        tape.answer(base_of(recorded) + path, body=body)
        base = tape.url + base_of(recorded)
        broker = await connect(base, remembered=Remembered(base, KINDS[recorded[:6]]))
        return await getattr(broker, question)(EVERYTHING, None)
