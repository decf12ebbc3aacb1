"""Where the configuration is read from, and where state and logs are kept."""

import os
from collections.abc import Mapping
from pathlib import Path

import platformdirs


CONFIG_VARIABLE = "EMQX_TUI_CONFIG"
"""The environment variable that names the configuration file."""

STATE_VARIABLE = "EMQX_TUI_STATE_DIR"
"""The environment variable that names the directory for state and logs."""

_PROGRAM = "emqx-tui"


def config_path(explicit: Path | None = None, *, environ: Mapping[str, str] = os.environ) -> Path:
    """The configuration file: the one given, else the environment's, else the platform's. It need not exist."""
    if explicit is not None:
        return expanded(explicit)
    if named := environ.get(CONFIG_VARIABLE):
        return expanded(Path(named))
    return platformdirs.user_config_path(_PROGRAM, appauthor=False) / "config.toml"


def state_dir(*, environ: Mapping[str, str] = os.environ) -> Path:
    """The directory for what is remembered between runs. It need not exist."""
    if named := environ.get(STATE_VARIABLE):
        return expanded(Path(named))
    return platformdirs.user_state_path(_PROGRAM, appauthor=False)


def log_dir(*, environ: Mapping[str, str] = os.environ) -> Path:
    """The directory for log files; it lies in the state directory when the environment names one."""
    if environ.get(STATE_VARIABLE):
        return state_dir(environ=environ) / "log"
    return platformdirs.user_log_path(_PROGRAM, appauthor=False)


def expanded(path: Path, base: Path | None = None) -> Path:
    """The path with `~` resolved and, when relative, below `base`; an unknown `~user` stays as it is."""
    try:
        path = path.expanduser()
    except RuntimeError:
        return path
    return path if base is None else base / path


def is_file(path: Path) -> bool:
    """Whether this is a regular file that can be reached; unlike the method of that name it never raises."""
    try:
        return path.is_file()
    except OSError:
        return False
