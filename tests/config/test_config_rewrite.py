import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emqx_tui.config.lines import Kind, statements
from emqx_tui.config.rewrite import toml, with_changes, with_table, without_table, written_inline


FILLER = st.sampled_from(["", "# a comment", "  # [[deployments]]", "# url = 1", '\t# it\'s """ odd'])
VALUES = st.sampled_from(
    ['"x"', "'# no comment'", '["a", # one\n  "b"]', '"""\n[[deployments]]\n"""', "1", "true", "nan"]
)
HEADERS = st.sampled_from(["[[deployments]]", ' [[ "deployments" ]]  # here'])


@st.composite
def documents(draw: st.DrawFn) -> str:
    """A file of a few deployments named d0, d1, … with comments, blank lines and tables around and in them."""
    lines: list[str] = draw(st.lists(FILLER, max_size=3))
    if draw(st.booleans()):
        lines.append(f"refresh = {draw(VALUES)}")
    for number in range(draw(st.integers(1, 3))):
        lines += draw(st.lists(FILLER, max_size=2))
        lines += [draw(HEADERS), f"{draw(st.sampled_from(['', '  ']))}name = 'd{number}'"]
        for key in draw(st.lists(st.sampled_from(["url", '"app_id"', "tags", "x.y"]), unique=True, max_size=4)):
            lines += draw(st.lists(FILLER, max_size=1))
            lines.append(f"{key} = {draw(VALUES)}{draw(st.sampled_from(['', '  # why']))}")
        if draw(st.booleans()):
            lines += ["", f"[deployments.{draw(st.sampled_from(['sub', 'other']))}]", "z = 1"]
    lines += draw(st.lists(FILLER, max_size=2))
    ending = draw(st.sampled_from(["\n", "\r\n"]))
    return ending.join("\n".join(lines).split("\n")) + draw(st.sampled_from(["", ending]))


def tables(text: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = tomllib.loads(text, parse_float=str)["deployments"]
    return found


def comments(text: str) -> list[str]:
    return [text[each.start : each.end].strip() for each in statements(text) if each.kind is Kind.COMMENT]


@given(documents())
def test_the_statements_of_a_text_are_the_text(text: str) -> None:
    found = list(statements(text))
    assert "".join(text[each.start : each.end] for each in found) == text
    for each in found:
        if each.kind is Kind.KEY:
            (value,) = tomllib.loads(f"x = {text[slice(*each.value)]}", parse_float=str).values()
            inside: object = tomllib.loads(text, parse_float=str)
            for part in each.place:
                inside = inside[part]  # type: ignore[index]
            assert value == inside


@given(documents())
def test_adding_leaves_every_byte_before_it(text: str) -> None:
    added = with_table(text, {"name": "new", "tags": ["a"]})
    assert added.startswith(text)
    assert tables(added) == [*tables(text), {"name": "new", "tags": ["a"]}]
    assert ("\r\n" in added) == ("\r\n" in text)


@given(documents())
def test_adding_and_removing_leaves_the_text_as_it_was_but_for_blank_lines_at_its_end(text: str) -> None:
    back = without_table(with_table(text, {"name": "new"}), len(tables(text)))
    assert back.rstrip("\r\n") == text.rstrip("\r\n")


@given(documents(), st.data())
def test_a_change_rewrites_the_values_that_it_is_about_and_keeps_all_other_bytes(
    text: str, data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, len(tables(text)) - 1))
    stands = [key for key in ("url", "app_id", "tags") if key in tables(text)[index]]
    changes: dict[str, object] = dict.fromkeys(stands, "new # value")
    changed = with_changes(text, index, changes)
    expected = tables(text)
    expected[index] |= changes
    assert tables(changed) == expected
    places = {("deployments", index, key) for key in stands}
    before, after = ([(each, whole[each.start : each.end]) for each in statements(whole)] for whole in (text, changed))
    for (old, was), (new, now) in zip(before, after, strict=True):
        if old.place in places:
            assert now[new.value[1] - new.start :] == was[old.value[1] - old.start :]
            assert now[: new.value[0] - new.start] == was[: old.value[0] - old.start]
        else:
            assert now == was


@given(documents(), st.data())
def test_new_and_removed_keys_touch_no_other_line(text: str, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(tables(text)) - 1))
    changed = with_changes(text, index, {"url": None, "tags": None, "colour": "red"})
    expected = tables(text)
    expected[index] = {key: value for key, value in expected[index].items() if key not in {"url", "tags"}}
    expected[index]["colour"] = "red"
    assert tables(changed) == expected
    assert comments(changed) == comments(text)


@given(documents(), st.data())
def test_removing_takes_one_table_and_no_line_of_another(text: str, data: st.DataObject) -> None:
    known = tables(text)
    index = data.draw(st.integers(0, len(known) - 1))
    less = without_table(text, index)
    assert tomllib.loads(less, parse_float=str).get("deployments", []) == known[:index] + known[index + 1 :]
    rest = [line.strip() for line in less.splitlines() if line.strip()]
    whole = [line.strip() for line in text.splitlines() if line.strip()]
    position = 0
    for line in rest:
        position = whole.index(line, position) + 1


TWO = """\
# The first
[[deployments]]   # one
name = "a"
# about the address
url = "https://a"   # theirs
# tags = ["x"]

# More to choose from:
# verify = true


# The second
[[deployments]]
name = "b"

# The end
"""


def test_a_removed_table_takes_its_comments_and_leaves_those_above_the_next() -> None:
    assert without_table(TWO, 0) == '# The first\n\n\n# The second\n[[deployments]]\nname = "b"\n\n# The end\n'
    assert without_table(TWO, 1) == TWO.replace('[[deployments]]\nname = "b"\n', "")


def test_a_comment_directly_above_the_next_header_stays() -> None:
    text = '[[deployments]]\nname = "a"\n# second\n[[deployments]]\nname = "b"\n'
    assert without_table(text, 0) == '# second\n[[deployments]]\nname = "b"\n'


def test_a_table_that_was_commented_out_stays() -> None:
    kept = '# [[deployments]]\n# name = "old"\n\n[[deployments]]\nname = "b"\n'
    assert without_table('[[deployments]]\nname = "a"\n\n' + kept, 0) == kept


def test_new_keys_stand_below_the_last_one_and_trailing_comments_stay() -> None:
    changed = with_changes(TWO, 0, {"url": "https://z", "colour": "red"})
    assert 'url = "https://z"   # theirs\ncolour = "red"\n# tags' in changed


def test_the_tables_in_a_deployment_go_with_it_wherever_they_stand() -> None:
    text = '[[deployments]]\nname = "a"\n[x]\ny = 1\n[deployments.sub]\nz = 1\n[[deployments]]\nname = "b"\n'
    assert without_table(text, 0) == '[x]\ny = 1\n[[deployments]]\nname = "b"\n'


def test_a_last_line_without_a_line_break_gets_one_where_it_is_needed() -> None:
    assert with_table("refresh = 5", {"name": "a"}) == 'refresh = 5\n\n[[deployments]]\nname = "a"\n'
    text = '[[deployments]]\r\nname = "a"'
    assert with_changes(text, 0, {"name": "b"}) == '[[deployments]]\r\nname = "b"'
    assert with_changes(text, 0, {"url": "u"}) == '[[deployments]]\r\nname = "a"\r\nurl = "u"\r\n'
    assert with_changes(text, 0, {"name": None, "url": "u"}) == '[[deployments]]\r\nurl = "u"\r\n'
    assert with_table("", {"name": "a"}) == '[[deployments]]\nname = "a"\n'


@pytest.mark.parametrize(
    ("text", "inline"), [("deployments = [{name = 'a'}]", True), ("deployments = []", True), (TWO, False)]
)
def test_deployments_that_are_a_value_are_told_from_tables(text: str, inline: bool) -> None:
    assert written_inline(text) is inline


@given(
    st.text(alphabet=st.characters(exclude_categories=["Cs"]))
    | st.lists(st.text(alphabet="a\"'\\\n\x7f\x1bé,]#"))
    | st.floats(allow_nan=False)
)
def test_every_value_is_read_back_as_it_was_and_stands_on_one_line(value: object) -> None:
    written = toml(value)
    assert tomllib.loads(f"x = {written}") == {"x": value}
    assert "\n" not in written
