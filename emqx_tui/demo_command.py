"""`emqx-tui demo`: the simulated fleet, on the screen or only its brokers."""

import argparse
import sys
from typing import Final

from emqx_tui.command_line import USAGE, add_session_flags, parser_for, start_log
from emqx_tui.i18n import _


SCENARIOS: Final = ("healthy", "node-down", "node-hung", "large")
"""The values of `--scenario`. They are `demo.scenario`'s, which need not be imported for the usage."""


def command_parser() -> argparse.ArgumentParser:
    """The parser of `emqx-tui demo`."""
    about = _("Watch a simulated fleet, or with `serve` run only the fleet and print its addresses.")
    made = parser_for("demo", about, one=False)
    made.add_argument("serve", nargs="?", choices=("serve",), help=_("only the simulated brokers, in the foreground"))
    made.add_argument("--scenario", choices=SCENARIOS, default="healthy")
    made.add_argument("--nodes", type=int, metavar="N", help=_("nodes of the largest cluster"))
    made.add_argument("--port", type=int, default=0, metavar="N", help=_("the first port (default: free ones)"))
    add_session_flags(made)
    return made


def run(options: argparse.Namespace) -> int:
    """Watch the simulated fleet until the user quits, or run its brokers until Ctrl-C.

    Returns:
        The program's exit code.
    """
    if options.serve:
        from emqx_tui.demo.serve import serve  # noqa: PLC0415

        return serve(options.scenario, nodes=options.nodes, port=options.port)
    from emqx_tui.tui.opening import no_terminal, on_screen  # noqa: PLC0415

    refusal = no_terminal()
    if refusal:
        sys.stderr.write(refusal + "\n")
        return USAGE
    if not 0 <= options.port <= 65530 or not 1 <= (options.nodes or 1) <= 1000:
        command_parser().error(_("--port goes from 1 to 65530, --nodes from 1 to 1000"))
    from emqx_tui.config import Settings  # noqa: PLC0415

    def start(theme: str, ascii_only: bool) -> int:
        from emqx_tui.tui.run import run_demo  # noqa: PLC0415

        return run_demo(
            options.scenario,
            nodes=options.nodes,
            port=options.port,
            opened=options.deployment,
            write=options.write,
            log=start_log(options, None),
            theme=theme,
            ascii_only=ascii_only,
        )

    return on_screen(Settings(), start)
