"""The EMQX dashboard of a deployment: where its pages are, and how one is opened without harm to the terminal."""

import os
import subprocess
import sys
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from emqx_tui.config.deployments import CLOUD
from emqx_tui.domain.models import Kind


PAGE: Final = "{page}"
"""What the page takes the place of in a configured address."""

_API: Final = "/api/v5"


def page_address(configured: str | None, base: str, kind: Kind | None, page: str) -> str | None:
    """The address of a page of the dashboard; None when nobody knows it.

    An EMQX 5 of one's own has its dashboard where its API is. Of anything else the pages are not known: the configured
    address is opened as it is, unless it says where the page goes.

    Args:
        configured: The address of the dashboard.
        base: The address of the API.
        kind: What answers there.
        page: The page behind `#/`.
    """
    own = kind is Kind.EMQX5 and not (urlsplit(base).hostname or "").endswith(CLOUD)
    if configured is not None and PAGE in configured:
        return configured.replace(PAGE, page)
    if configured is not None:
        return f"{configured.partition('#')[0].rstrip('/')}/#/{page}" if own else configured
    if not own or not base.rstrip("/").endswith(_API):
        return None
    return f"{base.rstrip('/').removesuffix(_API)}/#/{page}"


def has_browser(environ: Mapping[str, str] = os.environ, platform: str = sys.platform) -> bool:
    """Whether a browser would appear before whoever sits here; not across SSH, unless one is named by BROWSER."""
    if environ.get("BROWSER"):
        return True
    if environ.get("SSH_CONNECTION") or environ.get("SSH_TTY"):
        return False
    if platform in {"darwin", "win32", "cygwin"}:
        return True
    return bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))


def open_page(address: str) -> bool:
    """Have the user's browser open the address; False when it cannot be started, or says that it failed. Blocks.

    Python's own `webbrowser` does it, in a process without a terminal: some browsers write into it, or take it over.
    """
    program = "import sys, webbrowser; sys.exit(not webbrowser.open(sys.argv[1]))"
    try:
        # Isolated: a file of the current directory is not to be taken for one of Python's own.
        done = subprocess.run(  # noqa: S603  no shell, and the address is an argument
            [sys.executable, "-I", "-c", program, address],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            check=False,
        )
    except OSError:
        return False
    return done.returncode == 0
