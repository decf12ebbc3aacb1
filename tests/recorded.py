"""The recorded answers of real brokers by sets, and adapters that are told by what they were recorded from."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from emqx_tui.domain.broker import Broker, Remembered
from emqx_tui.domain.models import Kind
from tape import Tape


Connect = Callable[..., Awaitable[Broker]]

RECORDINGS = Path(__file__).parent / "recordings"
SETS = sorted(file.stem for file in RECORDINGS.glob("*.jsonl") if not file.stem.endswith("-writes"))
KINDS = {"emqx-4": Kind.EMQX4, "emqx-5": Kind.EMQX5, "nanomq": Kind.NANOMQ}


def base_of(recorded: str) -> str:
    """The path below which a set was asked."""
    return "/api/v5" if recorded.startswith("emqx-5") else "/api/v4"


async def known(connect: Connect, tape: Tape, recorded: str, kind: Kind | None = None) -> Broker:
    """The adapter of what the set was recorded from, without a question before."""
    base = tape.url + base_of(recorded)
    return await connect(base, remembered=Remembered(base, kind or KINDS[recorded[:6]]))
