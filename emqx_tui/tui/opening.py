"""What is settled before the screen opens: whether there is a terminal, its colours, its characters, the time zone.

Nothing of Textual is imported here before the terminal has been asked: it answers while Textual is being imported.
"""

import gc
import os
import sys
import time
from collections.abc import Callable

from emqx_tui.config import Settings
from emqx_tui.i18n import _
from emqx_tui.text import sanitize
from emqx_tui.tui.background import Question, theme_for


def on_screen(settings: Settings, start: Callable[[str, bool], int]) -> int:
    """Open the screen in the colours, characters and zone that suit settings and terminal."""
    if settings.utc:
        os.environ["TZ"] = "UTC"
        time.tzset()
    # Until the first paint nothing but what stays is made: a search for garbage would be in vain. The app turns it on.
    gc.disable()
    with Question(settings.theme, os.environ) as question:
        from emqx_tui.tui.glyphs import ascii_wanted  # noqa: PLC0415

        ascii_only = ascii_wanted(os.environ, sys.stderr.encoding, settings.ascii)
        import emqx_tui.tui.run  # noqa: F401, PLC0415

        return start(theme_for(settings.theme, question.wait(), os.environ), ascii_only)


def no_terminal() -> str:
    """Why the screen cannot be opened, and what to do instead; empty when it can."""
    if not (sys.stdin.isatty() and sys.stderr.isatty() and sys.stdout.isatty()):
        reason = _("this is no terminal")
    elif os.environ.get("TERM", "dumb") in {"dumb", "unknown"}:
        reason = _("the terminal cannot draw a screen (TERM={term})").format(term=sanitize(os.environ.get("TERM", "")))
    else:
        return ""
    return _("emqx-tui cannot open: {reason}. For text output use: emqx-tui nodes -o table").format(reason=reason)
