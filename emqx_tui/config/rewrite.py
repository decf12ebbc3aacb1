"""Changes of single deployments in a TOML text: text in, text out, everything else stays as it is, byte for byte."""

import re
from collections.abc import Iterator, Mapping, Sequence

from emqx_tui.config.keys import DEPLOYMENT_NAMES
from emqx_tui.config.lines import Kind, Place, Statement, statements


_ARRAY = "deployments"
_SAMPLE = re.compile(rf"[ \t]*#[# \t]*(?:{'|'.join(DEPLOYMENT_NAMES)})[ \t]*=")
"""A key of a deployment that was commented out."""

_HEADER = re.compile(r"[ \t]*#[# \t]*\[")


def written_inline(text: str) -> bool:
    """Whether the deployments are a value, as in `deployments = [{…}]`, and have no tables of their own."""
    return any(statement.kind is Kind.KEY and statement.place == (_ARRAY,) for statement in statements(text))


def with_table(text: str, values: Mapping[str, object]) -> str:
    """The text with one more deployment at its end."""
    ending = _line_break(text)
    block = f"[[{_ARRAY}]]{ending}" + "".join(f"{name} = {toml(value)}{ending}" for name, value in values.items())
    if not text:
        return block
    gap = "" if text.endswith("\n") else ending
    *_before, last = statements(text)
    return f"{text}{gap}{'' if last.kind is Kind.BLANK else ending}{block}"


def with_changes(text: str, index: int, changes: Mapping[str, object]) -> str:
    """The text with other values in one deployment's table, which is counted from 0.

    Args:
        text: a valid TOML text.
        index: which of the deployments.
        changes: new values under the names that the file uses; None removes the key's line.
    """
    section = next(_sections(list(statements(text)), (_ARRAY, index)))
    places = {statement.place: statement for statement in section if statement.kind is Kind.KEY}
    last = [statement for statement in section if statement.place][-1]
    edits: list[tuple[int, int, str]] = []
    new: list[str] = []
    for name, value in changes.items():
        stands = places.get((_ARRAY, index, name))
        if stands is None:
            new += [] if value is None else [f"{name} = {toml(value)}"]
        elif value is None:
            edits.append((stands.start, stands.end, ""))
        else:
            edits.append((*stands.value, toml(value)))
    if new:
        ended = text[: last.end].endswith("\n") or (last.start, last.end, "") in edits
        edits.append((last.end, last.end, _behind(text, last, new, ended=ended)))
    for start, end, replacement in sorted(edits, reverse=True):
        text = text[:start] + replacement + text[end:]
    return text


def without_table(text: str, index: int) -> str:
    """The text without one deployment's table, the tables in it and the comments that belong to it."""
    known = list(statements(text))
    spans = [_extent(text, known, section) for section in _sections(known, (_ARRAY, index))]
    for start, end in reversed(spans):
        text = text[:start] + text[end:]
    return text


def toml(value: object) -> str:
    """A value as TOML writes it, on one line."""
    # Only what changes the file needs it; the program starts without.
    import tomli_w  # noqa: PLC0415

    if isinstance(value, list | tuple):
        return f"[{', '.join(toml(entry) for entry in value)}]"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return tomli_w.dumps({"key": value}).removeprefix("key = ").removesuffix("\n")


def _line_break(text: str) -> str:
    end = text.find("\n")
    return "\r\n" if end > 0 and text[end - 1] == "\r" else "\n"


def _behind(text: str, last: Statement, new: Sequence[str], *, ended: bool) -> str:
    """The new lines as they stand behind the table's last one: indented as that is, on lines of their own."""
    ending = _line_break(text)
    indent = text[last.start : last.head] if last.kind is Kind.KEY else ""
    return ("" if ended else ending) + "".join(f"{indent}{line}{ending}" for line in new)


def _sections(known: Sequence[Statement], table: Place) -> Iterator[Sequence[Statement]]:
    """The headers of a table and of the tables in it, each with what stands below it, up to the next header."""
    headers = [number for number, statement in enumerate(known) if statement.kind is Kind.HEADER]
    for number, after in zip(headers, [*headers[1:], len(known)], strict=True):
        if known[number].place[: len(table)] == table:
            yield known[number:after]


def _extent(text: str, known: Sequence[Statement], section: Sequence[Statement]) -> tuple[int, int]:
    """The offsets between which a section is removed, with the blank lines that would be left over."""
    first = known.index(section[0])
    behind = first + _length(text, section, final=first + len(section) == len(known))
    blank_above = first == 0 or known[first - 1].kind is Kind.BLANK
    after = behind
    while after < len(known) and known[after].kind is Kind.BLANK:
        after += 1
    if after == len(known) and blank_above and first > 0:
        first -= 1
    if after == len(known) or blank_above:
        behind = after
    return known[first].start, known[behind - 1].end


def _length(text: str, section: Sequence[Statement], *, final: bool) -> int:
    """How many of a section's statements belong to its table.

    Comments directly below a key do, and paragraphs of keys that were commented out. Those that stand above the
    next header do not, and when in doubt a comment stays.
    """
    length = 1 + max(number for number, statement in enumerate(section) if statement.place)
    end = length
    while end < len(section):
        first = end
        while first < len(section) and section[first].kind is Kind.BLANK:
            first += 1
        end = first
        while end < len(section) and section[end].kind is Kind.COMMENT:
            end += 1
        attached = first == length and first < end
        above_next = end == len(section) and not final
        if above_next or not (attached or _commented_out(text, section[first:end])):
            break
        length = end
    return length


def _commented_out(text: str, paragraph: Sequence[Statement]) -> bool:
    """Whether the comments are keys that were taken out of a table; not when they open a table of their own."""
    lines = [text[statement.start : statement.end] for statement in paragraph]
    return any(_SAMPLE.match(line) for line in lines) and not any(_HEADER.match(line) for line in lines)
