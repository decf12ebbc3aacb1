"""`emqx-tui info`: what a bug report should say, printed."""

import argparse
import asyncio
import sys

from emqx_tui.command_line import chosen_deployments, parser_for, start_log
from emqx_tui.i18n import _


def command_parser() -> argparse.ArgumentParser:
    """The parser of `emqx-tui info`."""
    made = parser_for("info", _("Print what a bug report should say; it holds no secrets."))
    made.add_argument("names", nargs="*", metavar="DEPLOYMENT")
    return made


def run(options: argparse.Namespace) -> int:
    """Print it.

    Returns:
        0 done, 2 usage.
    """
    from emqx_tui.config import config_path  # noqa: PLC0415
    from emqx_tui.report.info import show  # noqa: PLC0415

    loaded, chosen = chosen_deployments(options)
    return asyncio.run(
        show(
            chosen,
            config=config_path(options.config) if loaded is None else loaded.path,
            log=start_log(options, loaded, written=False),
            out=sys.stdout,
        )
    )
