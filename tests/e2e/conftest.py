"""What the tests of the whole program share."""

from collections.abc import Callable
from pathlib import Path

import pytest

from e2e.terminal import Terminal
from tape import PASSWORD, USER, Tape


Watching = Callable[..., Terminal]


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
