"""The configuration file: where it is, what it says, what is wrong with it, and where its secrets are.

What changes, shows or describes the file is imported from `edit`, `show` and `schema` when it is wanted: the program
starts without them.
"""

from emqx_tui.config.load import Loaded, load
from emqx_tui.config.model import Api, Confirm, Deployment, Platform, Settings
from emqx_tui.config.paths import CONFIG_VARIABLE, STATE_VARIABLE, config_path, log_dir, state_dir
from emqx_tui.config.problems import ConfigError, Problem, Severity
from emqx_tui.config.secrets import (
    CommandSecret,
    EnvironmentSecret,
    FileSecret,
    InlineSecret,
    KeyringSecret,
    Secret,
    SecretError,
    SecretSource,
    read_secret,
    store_in_keyring,
)


__all__ = [
    "CONFIG_VARIABLE",
    "STATE_VARIABLE",
    "Api",
    "CommandSecret",
    "ConfigError",
    "Confirm",
    "Deployment",
    "EnvironmentSecret",
    "FileSecret",
    "InlineSecret",
    "KeyringSecret",
    "Loaded",
    "Platform",
    "Problem",
    "Secret",
    "SecretError",
    "SecretSource",
    "Settings",
    "Severity",
    "config_path",
    "load",
    "log_dir",
    "read_secret",
    "state_dir",
    "store_in_keyring",
]
