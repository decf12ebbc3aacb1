import tomllib

from hypothesis import given
from hypothesis import strategies as st

from emqx_tui.config.lines import find_lines, line_of


# Each is a value, or several lines of one, that could be taken for something else.
VALUES = st.sampled_from(
    [
        "1",
        '"plain"',
        '"# no comment"',
        r'"quote \" = ["',
        "'back\\'",
        "'[[deployments]]'",
        "'''\n[[deployments]]\nurl = 1\n'''",
        "'''it's ''two'' quotes'''''",
        '"""\n[[deployments]]\nname = \'x\' # \\"""\n\\\\"""',
        '"""a"""""',
        "[1, # ]\n 2,\n]",
        "[[\"]\"], ['''\n]''', \"x\"]]",
        '{a = 1, "b = [" = {c = []}}',
        "2026-01-01T00:00:00Z",
    ]
)
KEYS = st.sampled_from(["name", "url", "app_id", '"quoted = ["', "'lit # eral'", "a.b", "sp . aced", "x.'y.z'"])
FILLER = st.sampled_from(["", "# comment [[deployments]]", "   ", '\t# it\'s """ odd', "#'''"])


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, list[dict[str, int]]]:
    """A document and, for each of its deployments, the lines of the keys in it."""
    lines: list[str] = draw(st.lists(FILLER, max_size=3))
    expected: list[dict[str, int]] = []
    for _ in range(draw(st.integers(0, 4))):
        lines += draw(st.lists(FILLER, max_size=2))
        lines.append(draw(st.sampled_from(["[[deployments]]", " [[ deployments ]] # [x]", '[["deployments"]]'])))
        found = {"": len(lines)}
        for key in draw(st.lists(KEYS, unique=True, max_size=5)):
            lines += draw(st.lists(FILLER, max_size=1))
            found[key] = len(lines) + 1
            lines += f"{draw(st.sampled_from(['', '  ']))}{key} = {draw(VALUES)}".split("\n")
            lines[-1] += draw(st.sampled_from(["", " # x = 1", " #'''"]))
        expected.append(found)
    return "\n".join(lines), expected


PARTS = {
    '"quoted = ["': ("quoted = [",),
    "'lit # eral'": ("lit # eral",),
    "a.b": ("a", "b"),
    "sp . aced": ("sp", "aced"),
    "x.'y.z'": ("x", "y.z"),
}


@given(documents())
def test_every_key_of_every_deployment_is_found_on_its_line(document: tuple[str, list[dict[str, int]]]) -> None:
    text, expected = document
    assert len(tomllib.loads(text).get("deployments", [])) == len(expected)
    lines = find_lines(text)
    for index, keys in enumerate(expected):
        for key, line in keys.items():
            parts = PARTS.get(key, (key,)) if key else ()
            assert lines[("deployments", index, *parts)] == line


@given(st.text(alphabet="[]{}='\"#\\.\n\r\t ax1,\x00é", max_size=60))
def test_no_text_is_too_odd(text: str) -> None:
    assert all(1 <= line <= text.count("\n") + 1 for line in find_lines(text).values())


def test_tables_below_a_deployment_belong_to_it() -> None:
    lines = find_lines("[[d]]\n[[d]]\n[d.sub]\nx = 1\n[other]\ny.z = 2")
    assert lines["d", 1, "sub", "x"] == 4
    assert lines["other", "y", "z"] == 6


def test_what_has_no_line_of_its_own_is_where_its_surroundings_are() -> None:
    lines = find_lines("\nd = [\n  {a = 1},\n]\n")
    assert line_of(lines, ("d", 0, "a")) == 2
    assert line_of(lines, ("none",)) is None


def test_a_long_text_takes_no_long_time() -> None:
    lines = find_lines('a = """' + '"" \\\\ ' * 50_000 + '"""\n' + "b = 1\n" * 20_000)
    assert lines[("b",)] == 2
