"""What is said above the fields of the form of a deployment."""

from pathlib import Path

from emqx_tui.config.draft import Draft
from emqx_tui.i18n import _
from emqx_tui.text import sanitize


def introduction(start: Draft, path: Path, *, first: bool) -> str:
    """What is to be said above the fields: where one begins, or what a deployment of the account still lacks."""
    if first:
        told = _("Nothing is configured in {path} yet. Say where a deployment is, or open the demo.")
        return told.format(path=sanitize(str(path)))
    if start.platform_id is None or start.url:
        return ""
    return _(
        "The account tells neither the address of the API nor a key. The EMQX Cloud console has both on the "
        "deployment's page, under API access: copy the address, and create an App ID with its secret."
    )
