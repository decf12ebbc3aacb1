"""`emqx-tui account`: the deployments of the EMQX Cloud account, for people and for programs."""

import csv
import io
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from emqx_tui.demo.platform import KEY, SECRET


NAMES = ["orders-us", "plant-cn", "prod-eu", "serverless", "trial-apac"]


@pytest.fixture
def url() -> Iterator[str]:
    """The platform API of a simulated fleet in a process of its own."""
    command = [sys.executable, "-m", "emqx_tui", "demo", "serve"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as serving:
        assert serving.stdout is not None
        yield next(line.split()[1] for line in serving.stdout if line.startswith("platform"))
        serving.terminate()


@pytest.fixture
def home(tmp_path: Path, url: str) -> Path:
    config = tmp_path / "config.toml"
    config.write_text(
        f'[platform]\nurl = "{url}"\napp_id = "{KEY}"\napp_secret = "{SECRET}"\n'
        '[[deployments]]\nname = "prod-eu"\nurl = "http://127.0.0.1:9/api/v5"\n'
        '[[deployments]]\nname = "orders"\nurl = "http://127.0.0.1:9/api/v5"\nplatform_id = "u81b5e44"\n',
        "utf-8",
    )
    config.chmod(0o600)
    return tmp_path


def called(home: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    environ = {"EMQX_TUI_CONFIG": str(home / "config.toml"), "EMQX_TUI_STATE_DIR": str(home / "state"), "TERM": "dumb"}
    command = [sys.executable, "-m", "emqx_tui", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environ, timeout=60, check=False)


def test_it_prints_the_deployments_of_the_account_and_how_they_are_configured(home: Path) -> None:
    table = called(home, "account")
    assert (table.returncode, table.stderr) == (0, "")
    rows = {line.split()[0]: line for line in table.stdout.splitlines()[1:]}
    assert sorted(rows) == NAMES
    assert rows["prod-eu"].endswith("prod-eu")
    assert rows["orders-us"].endswith("orders")
    assert "stopped" in rows["trial-apac"]
    assert rows["trial-apac"].endswith("needs API key")
    found = json.loads(called(home, "account", "-o", "json").stdout)
    assert [row["deployment"] for row in found] == NAMES
    assert found[0]["configured_as"] == "orders"
    assert found[4]["configured_as"] is None
    assert [row["id"] for row in csv.DictReader(io.StringIO(called(home, "account", "-o", "csv").stdout))] == [
        row["id"] for row in found
    ]
    kept = (home / "state" / "account.json").read_text("utf-8")
    assert SECRET not in kept
    assert "the deployments of the account" in called(home, "state", "reset", "--all").stderr
    assert not (home / "state" / "account.json").exists()


def test_a_key_that_is_refused_is_told_on_standard_error(home: Path) -> None:
    config = home / "config.toml"
    config.write_text(config.read_text("utf-8").replace(SECRET, "wrong"), "utf-8")
    refused = called(home, "account")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "the platform API refused the key" in refused.stderr
    assert "wrong" not in refused.stderr


def test_without_an_account_it_says_where_one_is_configured(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("", "utf-8")
    told = called(tmp_path, "account")
    assert (told.returncode, told.stdout) == (2, "")
    assert "[platform]" in told.stderr
