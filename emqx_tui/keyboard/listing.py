"""What keys can do, as a page for people: `emqx-tui config keys` prints it, `docs/keys.md` is what it prints."""

from collections.abc import Iterator, Sequence

from emqx_tui.i18n import _
from emqx_tui.keyboard import names
from emqx_tui.keyboard.table import KEYS, SECTIONS, Key, Place, keys_of


_EXAMPLE = """```toml
[keys]
"view.sort" = "O"
"poll.now" = ["f5", "ctrl+r"]    # the first one is shown
"row.copy_all" = ""              # no key
```"""


def listing() -> str:
    """The page, in Markdown: how to have other keys, and a table for each place where keys work."""
    sections = [line for title, places in SECTIONS for line in _section(title, places)]
    return "\n".join([*_introduction(), *sections]) + "\n"


def _introduction() -> Iterator[str]:
    stays = ", ".join(f"`{names.plain(key.keys.split(',')[0])}` of `{key.id}`" for key in KEYS if key.stays)
    yield "# " + _("Keys")
    yield ""
    yield _("Every key can be another one. The table `[keys]` of the configuration says which key does what:")
    yield ""
    yield _EXAMPLE
    yield ""
    yield _("Keys are written as here, or as on the screen: `a`, `A`, `/`, `ctrl+r`, `f5`, `enter`, `shift+up`.")
    yield _("An entry that would give a key two actions in one place is left out; `emqx-tui config check` tells of it.")
    yield _("What leads out stays: {keys}.").format(keys=stays)


def _section(title: str, places: Sequence[Place]) -> Iterator[str]:
    rows = [(f"`{key.id}`", _keys(key), _(key.about)) for key in keys_of(*places)]
    head = (_("action"), _("key"), _("what it does"))
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(2)]
    yield ""
    yield "## " + _(title)
    yield ""
    for left, middle, right in [head, ("-" * widths[0], "-" * widths[1], "---"), *rows]:
        yield f"| {left:<{widths[0]}} | {middle:<{widths[1]}} | {right} |"


def _keys(key: Key) -> str:
    return ", ".join(f"`{names.plain(each)}`" for each in key.keys.split(","))
