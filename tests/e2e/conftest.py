"""What the tests of the whole program share."""

import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from e2e.terminal import Terminal
from tape import PASSWORD, USER, Tape


Watching = Callable[..., Terminal]
Refused = Callable[..., Terminal]

REFUSED = r"✖ +prod .*unreachable"
"""What the fleet shows of a deployment that refuses connections, for as long as one likes to look at it."""


@pytest.fixture
def watching(tmp_path: Path) -> Watching:
    """A terminal with the program over a deployment `prod` at the tape, asked each second."""

    def prepare(
        tape: Tape, *arguments: str, api: str = "v5", size: tuple[int, int] = (100, 30), secret: str = PASSWORD
    ) -> Terminal:
        config = tmp_path / "config.toml"
        config.write_text(
            "refresh = 1\n[[deployments]]\n"
            f'name = "prod"\nurl = "{tape.url}/api/{api}"\napp_id = "{USER}"\napp_secret_env = "PROD_SECRET"\n',
            "utf-8",
        )
        config.chmod(0o600)
        return Terminal(*arguments, home=tmp_path, size=size, environ={"PROD_SECRET": secret})

    return prepare


@pytest.fixture
def refused(tmp_path: Path) -> Iterator[Refused]:
    """A terminal with the fleet of one deployment that refuses connections: nothing opens, nothing changes."""
    with socket.socket() as deaf:
        # Bound and not listening: nobody else can get the port, and whoever connects is refused.
        deaf.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}"

        def prepare(settings: str = "", **environ: str) -> Terminal:
            config = tmp_path / "config.toml"
            config.write_text(f'{settings}\n[[deployments]]\nname = "prod"\nurl = "{url}/api/v5"\n', "utf-8")
            config.chmod(0o600)
            return Terminal(home=tmp_path, environ=environ)

        yield prepare
