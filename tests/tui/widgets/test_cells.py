import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from emqx_tui.tui.widgets.cells import common_prefix, common_suffix, cropped, drawable, fitted, width_of, wrapped
from emqx_tui.tui.widgets.painted import NORMAL, Line, changed_span, joined


# what is awkward: wide, combining, joined, vowel signs, control, markup
ALPHABET = "ab9 ▁漢字한e\u0301\u0308ा\u200d\ufe0f❤👩🏽\x1b\x9b\u202e[]/@"
awkward = st.text(ALPHABET, max_size=20)
looks = st.sampled_from([NORMAL, ("tone--warning",)])
pieces = st.lists(st.tuples(awkward.map(drawable), looks), max_size=6)


@given(awkward, st.integers(0, 20), st.booleans())
def test_a_fitted_text_takes_exactly_its_cells(text: str, width: int, right: bool) -> None:
    assert cell_len(fitted(text, width, right=right)) == width


@given(awkward)
def test_nothing_that_steers_a_terminal_or_joins_is_drawn(text: str) -> None:
    assert not set(drawable(text)) & set("\x1b\x9b\u202e\u200d\ufe0f")


@given(awkward, st.integers(2, 20))
def test_a_wrapped_text_fits_and_nothing_of_it_is_lost(text: str, width: int) -> None:
    lines = wrapped(text, width)
    assert lines
    assert all(cell_len(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == drawable(text).replace(" ", "")


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("", 5, [""]),
        ("one two", 7, ["one two"]),
        ("one two", 6, ["one", "two"]),
        ("a /home/me/of/it x", 7, ["a", "/home/", "me/of/", "it x"]),
        ("/of/unbreakable/it", 6, ["/of/", "unbrea", "kable/", "it"]),
        ("漢字漢字", 5, ["漢字", "漢字"]),
        ("漢", 1, ["漢"]),
    ],
)
def test_lines_are_broken_between_words_where_there_are_any(text: str, width: int, expected: list[str]) -> None:
    assert wrapped(text, width) == expected


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("abc", 3, "abc"),
        ("abcd", 3, "ab…"),
        ("漢字漢字", 6, "漢字…"),
        ("漢字", 3, "漢…"),
        ("漢字", 2, "…"),
        ("a", 0, ""),
    ],
)
def test_cut_text_says_so(text: str, width: int, expected: str) -> None:
    assert cropped(text, width) == expected


def test_a_changed_accent_is_a_changed_letter() -> None:
    assert common_prefix("cafe\u0301", "cafe\u0308") == 3
    assert common_suffix("e\u0301x", "o\u0301x") == 1


@given(pieces, pieces, st.integers(1, 40))
def test_only_the_changed_span_differs(before: Line, after: Line, width: int) -> None:
    old, new = joined(before, width), joined(after, width)
    assert width_of("".join(text for text, _ in new)) == width
    span = changed_span(old, new, width)
    start, end = span or (width, width)
    assert painted_cells(old)[:start] == painted_cells(new)[:start]
    assert painted_cells(old)[end:] == painted_cells(new)[end:]


def painted_cells(line: Line) -> list[tuple[str, object]]:
    """What each cell of the line shows; the two halves of a wide character are told apart."""
    cells: list[tuple[str, object]] = []
    for text, look in line:
        for character in text:
            taken = cell_len(character)
            if not taken and cells:
                cells[-1] = (cells[-1][0] + character, look)
            cells.extend((character * (half + 1), look) for half in range(taken))
    return cells
