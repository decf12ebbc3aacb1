"""The lines of a TOML text on which its tables and keys stand, which `tomllib` does not tell."""

import re
import tomllib
from collections.abc import Iterator, Mapping


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


def find_lines(text: str) -> dict[Place, int]:
    """The line, counted from 1, of every table and key of a valid TOML text.

    Keys inside of inline tables and arrays are not in it; `line_of` finds the line on which their value begins.
    """
    lines: dict[Place, int] = {}
    arrays: dict[Place, int] = {}
    table: Place = ()
    line, counted = 1, 0
    for offset, head in _heads(text):
        line, counted = line + text.count("\n", counted, offset), offset
        if head.startswith("[["):
            *above, name = _keys(head[2:-2]) or [""]
            place = (*_resolve(above, arrays), name)
            arrays[place] = arrays.get(place, 0) + 1
            table = (*place, arrays[place] - 1)
            lines.setdefault(place, line)
            lines[table] = line
        elif head.startswith("["):
            table = _resolve(_keys(head[1:-1]), arrays)
            _note(lines, table, line)
        else:
            _note(lines, (*table, *_keys(head)), line)
    return lines


def _note(lines: dict[Place, int], place: Place, line: int) -> None:
    """Note the line of a place, and of what is around it unless that has a line already."""
    for depth in range(1, len(place) + 1):
        lines.setdefault(place[:depth], line)


def line_of(lines: Mapping[Place, int], place: Place) -> int | None:
    """The line of a key, or of the nearest table or array around it; None when nothing around it is known."""
    while place:
        if place in lines:
            return lines[place]
        place = place[:-1]
    return None


def _heads(text: str) -> Iterator[tuple[int, str]]:
    """Offset and text of every table header and of every key before its equals sign."""
    start, depth = 0, 0
    end: int | None = None
    for token in _TOKEN.finditer(text + "\n"):
        kind = token.lastgroup
        if kind == "open":
            depth += 1
        elif kind == "close":
            depth -= 1
            if depth == 0 and end is None:
                end = token.end()
        elif kind == "equals" and end is None:
            end = token.start()
        elif kind == "newline" and depth <= 0:
            if end is not None:
                head = text[start:end]
                yield end - len(head.lstrip()), head.strip()
            start, depth, end = token.end(), 0, None


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
