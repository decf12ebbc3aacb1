"""The table `[keys]`: what it may say, and what is told of its mistakes."""

from pathlib import Path

import pytest

from emqx_tui.config import Loaded, Severity, load
from emqx_tui.config.edit import remove
from emqx_tui.config.show import show


HEAD = "refresh = 5\n[keys]\n"


def loaded(tmp_path: Path, *lines: str, head: str = HEAD) -> Loaded:
    """The file with these lines in the table, the first one of them line 3."""
    file = tmp_path / "config.toml"
    file.write_text(head + "".join(f"{line}\n" for line in lines), "utf-8")
    return load(file, environ={})


def told(found: Loaded) -> list[str]:
    return [str(problem) for problem in found.problems]


def test_keys_are_given_one_or_several_or_none(tmp_path: Path) -> None:
    found = loaded(
        tmp_path,
        '"view.sort" = "O"',
        '"poll.now" = ["f5", "ctrl+r", "F5"]',
        '"row.copy" = ""',
        '"row.copy_all" = []',
        '"app.help" = " Ctrl-G "',
        '"view.filter" = "F"',
    )
    assert told(found) == []
    assert found.settings.keys.changed == {
        "view.sort": ("O",),
        "poll.now": ("f5", "ctrl+r"),
        "row.copy": (),
        "row.copy_all": (),
        "app.help": ("ctrl+g",),
        "view.filter": ("F",),
    }
    assert found.settings.keys.keys("view.invert") == ("i",), "what is not named stays"


@pytest.mark.parametrize(
    "lines",
    [
        ['"view.sort" = "i"', '"view.invert" = "s"'],
        ['view.sort = "i"', 'view.invert = "s"'],
        ['view = { sort = "i", invert = "s" }'],
        ["[keys.view]", 'sort = "i"', 'invert = "s"'],
    ],
)
def test_two_actions_may_swap_their_keys_and_quotes_can_be_left_out(tmp_path: Path, lines: list[str]) -> None:
    found = loaded(tmp_path, *lines)
    assert told(found) == []
    assert found.settings.keys.changed == {"view.sort": ("i",), "view.invert": ("s",)}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('"view.srot" = "o"', "keys.view.srot: unknown action. Did you mean 'view.sort'?"),
        ('view.srot = "o"', "keys.view.srot: unknown action. Did you mean 'view.sort'?"),
        ('"xyzzy" = "o"', "keys.xyzzy: unknown action. All there are: emqx-tui config keys"),
        ('theme = "dark"', "keys.theme: unknown action. It belongs above the line [keys]."),
        (
            '"view.sort" = 5',
            (
                "keys.view.sort: expected a key or a list of keys, not a number. "
                'Write it like this: [keys] "view.sort" = "O"'
            ),
        ),
        (
            '"view.sort" = ["O", 5]',
            (
                "keys.view.sort: expected a key or a list of keys, not a list with something else in it. "
                'Write it like this: [keys] "view.sort" = "O"'
            ),
        ),
        ('"view.sort" = "escpe"', "keys.view.sort: 'escpe' is no key. Did you mean 'escape'?"),
        ('"view.sort" = ["O", ""]', "keys.view.sort: '' is no key. Keys are written like a, A, /, ctrl+r, f5."),
        ('"view.sort" = "ctrl+m"', "keys.view.sort: 'ctrl+m' is the same as enter to a terminal. Choose another."),
        (
            '"view.sort" = "i"',
            "keys.view.sort: 'i' is the key of view.invert. Choose another, or give view.invert another, too.",
        ),
        (
            '"view.sort" = ["O", "j"]',
            "keys.view.sort: 'j' is the key of table.down. Choose another, or give table.down another, too.",
        ),
        (
            '"table.page_up" = "?"',
            "keys.table.page_up: '?' is the key of app.help. Choose another, or give app.help another, too.",
        ),
        (
            '"help.search" = "?"',
            "keys.help.search: '?' is the key of app.help. Choose another, or give app.help another, too.",
        ),
        (
            '"help.search" = "ctrl+z"',
            "keys.help.search: 'ctrl+z' is the key of app.suspend. Choose another, or give app.suspend another, too.",
        ),
        ('"view.sort" = "ctrl+c"', "keys.view.sort: 'ctrl+c' is the key of app.interrupt. Choose another."),
        (
            '"app.interrupt" = ""',
            "keys.app.interrupt: must keep 'ctrl+c', for there might be no way out without it. Add it to the list.",
        ),
        (
            '"dialog.leave" = "q"',
            "keys.dialog.leave: must keep 'escape', for there might be no way out without it. Add it to the list.",
        ),
        ('"prompt.complete" = "x"', "keys.prompt.complete: 'x' types a character there. Choose one like ctrl+r or f5."),
        ('"app.redraw" = "r"', "keys.app.redraw: 'r' types a character there. Choose one like ctrl+r or f5."),
        ('"form.save" = "ctrl+u"', "keys.form.save: 'ctrl+u' is needed there to type and to move. Choose another."),
        ('"question.yes" = "enter"', "keys.question.yes: 'enter' is needed there to type and to move. Choose another."),
    ],
)
def test_a_wrong_entry_is_told_with_its_line_and_left_out_and_the_rest_works(
    tmp_path: Path, line: str, message: str
) -> None:
    found = loaded(tmp_path, '"poll.pause" = "f9"', line)
    assert told(found) == [f"config.toml:4: {message}"]
    assert found.problems[0].severity is Severity.WARNING, "no deployment is left out for it"
    assert found.settings.keys.changed == {"poll.pause": ("f9",)}


def test_of_two_entries_with_the_same_key_the_first_one_holds(tmp_path: Path) -> None:
    found = loaded(tmp_path, '"row.copy_all" = "f7"', '"view.sort" = "f7"')
    assert told(found) == [
        (
            "config.toml:4: keys.view.sort: 'f7' is the key of row.copy_all in line 3. "
            "Choose another, or give row.copy_all another, too."
        )
    ]
    assert found.settings.keys.changed == {"row.copy_all": ("f7",)}


def test_an_entry_that_relied_on_one_that_is_left_out_is_left_out_too(tmp_path: Path) -> None:
    found = loaded(tmp_path, '"view.sort" = "i"', '"view.invert" = "nosuch"')
    sort, invert = told(found)
    assert sort.startswith("config.toml:3: keys.view.sort: 'i' is the key of view.invert.")
    assert invert.startswith("config.toml:4: keys.view.invert: 'nosuch' is no key.")
    assert found.settings.keys.changed == {}


def test_an_action_that_is_named_twice_has_the_first_keys(tmp_path: Path) -> None:
    found = loaded(tmp_path, '"view.sort" = "O"', 'view.sort = "f7"')
    assert told(found) == ["config.toml:4: keys.view.sort: has its keys since line 3. Remove one of the two."]
    assert found.settings.keys.changed == {"view.sort": ("O",)}


def test_a_table_that_is_none_is_told(tmp_path: Path) -> None:
    found = loaded(tmp_path, 'keys = "vim"', head="")
    assert told(found) == [
        'config.toml:1: keys: expected a table, not text. Write it like this: [keys] "view.sort" = "O"'
    ]


def test_quitting_may_lose_its_own_key_for_ctrl_c_stays(tmp_path: Path) -> None:
    found = loaded(tmp_path, '"app.quit" = ""', '"app.interrupt" = ["f10", "ctrl+c"]')
    assert told(found) == []
    assert found.settings.keys.keys("app.interrupt") == ("f10", "ctrl+c")


def test_what_could_steer_a_terminal_is_made_visible_in_what_is_told(tmp_path: Path) -> None:
    found = loaded(tmp_path, '"\\u001b[31m" = "a"', '"view.sort" = "\\u001b[31m"')
    assert len(told(found)) == 2
    assert all(line.isprintable() for line in told(found))


def test_show_prints_the_table_however_it_is_written_and_masks_what_is_unknown(tmp_path: Path) -> None:
    loaded(tmp_path, 'view.sort = "O"', '"poll.now" = ["f5", "^r"]', '"row.copy" = ""', 'secret = "s3cr3t"')
    assert show(tmp_path / "config.toml") == (
        'refresh = 5\n\n[keys]\n"view.sort" = "O"\n"poll.now" = ["f5", "^r"]\n"row.copy" = ""\nsecret = "***"\n'
    )


def test_the_table_stays_as_it_is_when_a_deployment_is_removed(tmp_path: Path) -> None:
    deployment = '[[deployments]]\nname = "{}"\nurl = "https://{}.example/api/v5"\n'
    keys = '# mine\n[keys]\nview.sort = "O" # vim\n\n'
    file = tmp_path / "config.toml"
    file.write_text(deployment.format("a", "a") + "\n" + keys + deployment.format("b", "b"), "utf-8")
    remove(file, "a")
    assert file.read_text("utf-8") == keys + deployment.format("b", "b")
    assert load(file, environ={}).require().keys.changed == {"view.sort": ("O",)}
