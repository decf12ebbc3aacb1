"""Where in a TOML text its tables, keys and values stand, which `tomllib` does not tell."""

import re
import tomllib
from collections.abc import Iterator, Mapping, MutableMapping
from enum import Enum
from typing import NamedTuple


Place = tuple[str | int, ...]
"""Keys from the top of the file; a number, from 0, after the name of an array of tables."""

_TOKEN = re.compile(
    r"""
      (?P<comment> \#[^\n]* )
    | (?P<string>  \"{3} (?: \\[\s\S] | [^\\] )*? \"{3,5}
                 | '{3} [\s\S]*? '{3,5}
                 | " (?: \\. | [^"\\\n] )* "
                 | ' [^'\n]* ' )
    | (?P<open>    [\[{] )
    | (?P<close>   [\]}] )
    | (?P<equals>  = )
    | (?P<newline> \n )
    """,
    re.VERBOSE,
)


class Kind(Enum):
    """What a statement is."""

    BLANK = "blank"
    COMMENT = "comment"
    HEADER = "header"
    KEY = "key"


class Statement(NamedTuple):
    """A line of a TOML text, or several when its value takes them. All of a text's statements joined are the text.

    Attributes:
        kind: what it is.
        start: the offset of its first character.
        end: the offset behind its line break.
        head: the offset of its header or key.
        place: the table of a header, the key of a key; empty for the rest.
        value: the offsets of the value's first character and behind its last.
    """

    kind: Kind
    start: int
    end: int
    head: int
    place: Place = ()
    value: tuple[int, int] = (0, 0)


def statements(text: str) -> Iterator[Statement]:
    """The statements of a valid TOML text, in their order; its line breaks may be of either kind."""
    arrays: dict[Place, int] = {}
    table: Place = ()
    for span in _spans(text):
        if span.head_end is None:
            kind = Kind.BLANK if span.comment is None else Kind.COMMENT
            yield Statement(kind, span.start, span.end, span.start)
            continue
        raw = text[span.start : span.head_end]
        head, at = raw.strip(), span.head_end - len(raw.lstrip())
        if head.startswith("["):
            table = _table(head, arrays)
            yield Statement(Kind.HEADER, span.start, span.end, at, table)
        else:
            rest = text[span.head_end + 1 : span.tail]
            first = span.tail - len(rest.lstrip())
            value = (first, first + len(rest.strip()))
            yield Statement(Kind.KEY, span.start, span.end, at, (*table, *_keys(head)), value)


def find_lines(text: str) -> dict[Place, int]:
    """The line, counted from 1, of every table and key of a valid TOML text.

    Keys inside of inline tables and arrays are not in it; `line_of` finds the line on which their value begins.
    """
    lines: dict[Place, int] = {}
    line, counted = 1, 0
    for statement in statements(text):
        line, counted = line + text.count("\n", counted, statement.head), statement.head
        # From the outside in: what is around it is first met here unless it has a line already.
        for depth in range(1, len(statement.place) + 1):
            lines.setdefault(statement.place[:depth], line)
    return lines


def line_of(lines: Mapping[Place, int], place: Place) -> int | None:
    """The line of a key, or of the nearest table or array around it; None when nothing around it is known."""
    while place:
        if place in lines:
            return lines[place]
        place = place[:-1]
    return None


class _Span(NamedTuple):
    """A statement's extent: where its header or key ends, where its comment begins, where its value ends at most."""

    start: int
    end: int
    head_end: int | None
    comment: int | None
    tail: int


def _spans(text: str) -> Iterator[_Span]:
    start, depth = 0, 0
    head_end: int | None = None
    comment: int | None = None
    for token in _TOKEN.finditer(text + "\n"):
        kind = token.lastgroup
        if kind == "open":
            depth += 1
        elif kind == "close":
            depth -= 1
            if depth == 0 and head_end is None:
                head_end = token.end()
        elif kind == "equals" and head_end is None:
            head_end = token.start()
        elif kind == "comment" and depth <= 0:
            comment = token.start()
        elif kind == "newline" and depth <= 0:
            if start < len(text):
                tail = token.start() if comment is None else comment
                yield _Span(start, min(token.end(), len(text)), head_end, comment, tail)
            start, depth, head_end, comment = token.end(), 0, None, None


def _table(header: str, arrays: MutableMapping[Place, int]) -> Place:
    """The table that a header opens; each header of an array of tables opens the next of its tables."""
    if not header.startswith("[["):
        return _resolve(_keys(header[1:-1]), arrays)
    *above, name = _keys(header[2:-2]) or [""]
    place = (*_resolve(above, arrays), name)
    arrays[place] = arrays.get(place, 0) + 1
    return (*place, arrays[place] - 1)


def _keys(dotted: str) -> list[str]:
    """The parts of a dotted key, unquoted; none when it is no key."""
    try:
        found: object = tomllib.loads(f"{dotted.strip()} = 0")
    except ValueError:
        return []
    keys: list[str] = []
    while isinstance(found, dict) and found:
        (key, found), *_ = found.items()
        keys.append(key)
    return keys


def _resolve(keys: list[str], arrays: Mapping[Place, int]) -> Place:
    """The place that a header means: below an array of tables it is the array's last table."""
    place: Place = ()
    for key in keys:
        place = (*place, key)
        if place in arrays:
            place = (*place, arrays[place] - 1)
    return place
