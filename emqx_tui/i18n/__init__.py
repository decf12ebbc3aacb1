"""Texts for users, in their language. Strings are marked where they stand; English is the source language.

`_` translates at the moment of the call, so it belongs where a text is shown. `N_` only marks a text that is
written down earlier (a table of columns, a class body) and is translated when it is shown.
"""

import gettext
from pathlib import Path


_translations = gettext.translation("emqx_tui", localedir=Path(__file__).parent / "locales", fallback=True)


def _(message: str) -> str:
    """The message in the user's language."""
    return _translations.gettext(message)


def N_(message: str) -> str:  # noqa: N802  the name that gettext's extraction tools look for
    """Mark a message for translation and return it as it is; the place that shows it translates it with `_`."""
    return message


def ngettext(singular: str, plural: str, number: int) -> str:
    """The form of the message that fits the number."""
    return _translations.ngettext(singular, plural, number)
