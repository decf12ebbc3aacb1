"""`emqx-tui account`: the deployments of the EMQX Cloud account, printed."""

import argparse
import asyncio
import sys

from emqx_tui.command_line import DONE, UNREAD, USAGE, parser_for, start_log
from emqx_tui.i18n import _


def command_parser() -> argparse.ArgumentParser:
    """The parser of `emqx-tui account`."""
    about = _(
        "Print the deployments of the EMQX Cloud account in [platform], configured or not. It is asked once a minute "
        "at most; in between the last answer is printed."
    )
    made = parser_for("account", about, one=False)
    made.add_argument("-o", "--output", choices=("table", "wide", "json", "jsonl", "csv"), default="table")
    return made


def run(options: argparse.Namespace) -> int:
    """Print them.

    Returns:
        0 done, 1 the account could not be read, 2 usage or configuration.
    """
    from emqx_tui.config import load, state_dir  # noqa: PLC0415  for who gets so far

    loaded = load(options.config)
    sys.stderr.writelines(f"{problem}\n" for problem in loaded.problems)
    platform = loaded.settings.platform
    if platform is None:
        told = _("No account is configured in {path}: its table is [platform], as in config.toml.example.")
        sys.stderr.write(told.format(path=loaded.path) + "\n")
        return USAGE
    from emqx_tui.domain.account import matched  # noqa: PLC0415
    from emqx_tui.fleet.account import NAME, Account  # noqa: PLC0415
    from emqx_tui.fleet.clock import SystemClock  # noqa: PLC0415
    from emqx_tui.resources.account import ACCOUNT, AccountRow  # noqa: PLC0415
    from emqx_tui.resources.formats import Shape, writer_of  # noqa: PLC0415
    from emqx_tui.resources.table import sort_rows  # noqa: PLC0415

    start_log(options, loaded, written=bool(options.log_file or options.log_level))
    account = Account(platform, state_dir() / NAME, clock=SystemClock())
    asyncio.run(account.ask())
    if account.failure is not None:
        sys.stderr.write(_("EMQX Cloud account: {reason}").format(reason=account.failure) + "\n")
    if account.read_at is None:
        return UNREAD
    configured = [(one.name, one.platform_id) for one in loaded.settings.deployments]
    rows = [AccountRow(one, name) for one, name in matched(account.deployments, configured)]
    writer = writer_of(options.output, ACCOUNT, sys.stdout, Shape())
    writer.rows(sort_rows(ACCOUNT, rows, ACCOUNT.sort))
    writer.end()
    return DONE if account.failure is None else UNREAD
