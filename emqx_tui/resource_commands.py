"""`emqx-tui RESOURCE …`: rows of a resource, printed."""

import argparse
import asyncio
import sys

from emqx_tui.command_line import UNREAD, USAGE, chosen_deployments, nothing_configured, parser_for, start_log
from emqx_tui.i18n import _


def command_parser() -> argparse.ArgumentParser:
    """The parser of `emqx-tui nodes`."""
    made = parser_for("nodes", _("Print the nodes of deployments, all at once; without a name of every deployment."))
    made.add_argument("names", nargs="*", metavar="DEPLOYMENT")
    made.add_argument("-o", "--output", choices=("table", "json", "csv"), default="table")
    return made


def run(options: argparse.Namespace) -> int:
    """Print the rows.

    Returns:
        0 done, 1 a deployment could not be read, 2 usage or configuration.
    """
    loaded, chosen = chosen_deployments(options)
    if loaded is not None and not chosen:
        sys.stderr.write(nothing_configured(loaded.path) + "\n")
        return USAGE
    from emqx_tui.config import state_dir  # noqa: PLC0415
    from emqx_tui.fleet.state_file import ROSTERS, StateFiles  # noqa: PLC0415
    from emqx_tui.report.one_shot import show  # noqa: PLC0415
    from emqx_tui.resources import NODES  # noqa: PLC0415

    start_log(options, loaded, written=bool(options.log_file or options.log_level))
    files = StateFiles(state_dir() / ROSTERS)
    code = asyncio.run(show(NODES, chosen, output=options.output, files=files, out=sys.stdout, err=sys.stderr))
    sys.stdout.flush()
    left_out = loaded is not None and bool(loaded.errors) and not (options.names or options.deployment)
    return max(UNREAD, code) if left_out else code
