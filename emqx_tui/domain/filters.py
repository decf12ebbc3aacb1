"""The filter of a table: words that a row must have or must not have, and comparisons of its columns.

core !stopped /^emqx@10/ uptime<2h memory>80% version=5.8* message="disk full" !queue>100
"""

import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import Enum
from typing import Any, Final, NamedTuple

from emqx_tui.domain.comparing import Measure, Uncomparable, comparing, pieces


Texts = Callable[[Any], Sequence[str]]
"""What words are looked for in."""

OPERATORS: Final = ("=", "!=", ">", ">=", "<", "<=")


class Field(NamedTuple):
    """What a comparison can name.

    Attributes:
        name: Its stable name.
        also: Other names; any beginning of a name will do that no other field has.
        value: What it is for a row, None when it is missing.
        measure: What its values are; None when that is to be seen from each of them.
        share: What it is compared by in per cent, from 0 to 1, where that is something else than its value.
    """

    name: str
    also: tuple[str, ...]
    value: Callable[[Any], object]
    measure: Measure | None = None
    share: Callable[[Any], object] | None = None


class Fault(Enum):
    """Why a part of a filter is left out."""

    PATTERN = "pattern"
    """It is no pattern; what is wrong with it."""
    COLUMN = "column"
    """There is no such column; the nearest names, if any is near."""
    AMBIGUOUS = "ambiguous"
    """Several columns begin so: which."""
    NO_VALUE = "no value"
    """There is nothing to compare the column with."""
    NUMBER = "number"
    """The column has numbers, and this is none; the column and the value."""
    SHARE = "share"
    """As above, with percentages."""
    SECONDS = "seconds"
    """As above, with durations."""
    BYTES = "bytes"
    """As above, with sizes."""
    ORDER = "order"
    """Nothing is larger or smaller than a text with wildcards; the operator and the value."""


class Flaw(NamedTuple):
    """A part of a filter that is left out: as typed, why, and what there is to say about it."""

    term: str
    fault: Fault
    details: tuple[str, ...] = ()


class Term(NamedTuple):
    """One condition.

    Attributes:
        wanted: Whether it must hold or must not.
        word: What a text must contain, folded; empty for others.
        pattern: What must be found in a text.
        name: What else it is: two terms of one name and one `wanted` are the same.
        value: What is compared.
        holds: Says whether the value is as it must be.
    """

    wanted: bool
    word: str = ""
    pattern: re.Pattern[str] | None = None
    name: str = ""
    value: Callable[[Any], object] | None = None
    holds: Callable[[object], bool] | None = None


class Filter(NamedTuple):
    """A parsed filter.

    Attributes:
        text: As typed.
        terms: All of which must hold, those that cost least first.
        flaw: The first part that could not be understood and is left out.
    """

    text: str
    terms: tuple[Term, ...] = ()
    flaw: Flaw | None = None

    def kept(self, rows: Sequence[Any], texts: Texts) -> Sequence[Any]:
        """The rows for which it holds, in their order."""
        for term in self.terms:
            rows = _kept(term, rows, texts)
        return rows

    def narrows(self, other: "Filter") -> bool:
        """Whether it can only keep rows that the other one keeps."""
        return all(any(_implies(mine, theirs) for mine in self.terms) for theirs in other.terms)


def parse_filter(text: str, fields: Sequence[Field] = ()) -> Filter:
    """Conditions apart by blanks, all of which must hold; capitals do not matter.

    `eu`: a text of the row has it. `/^emqx@10/`: one matches the pattern. `queue>100`, `status!=running`,
    `version=5.8*`, `message="disk full"`: a column compares so. `!` before any of them: it does not hold.

    What is not understood is left out and named, so that the rows stay while one types.

    Args:
        text: As typed.
        fields: What comparisons can name.
    """
    terms: list[Term] = []
    flaw: Flaw | None = None
    for found in _TERM.finditer(text):
        try:
            term = _term(found, fields)
        except _Flawed as error:
            flaw = flaw or Flaw(found.group(), *error.args)
        else:
            terms += [] if term is None else [term]
    return Filter(text, tuple(sorted(terms, key=_cost)), flaw)


def stands_in(text: str, rows: Iterable[Any], texts: Texts = lambda row: row, fields: Sequence[Field] = ()) -> bool:
    """Whether all that the filter names is in these rows: each word, those behind `!` too, each choice of a pattern.

    Columns, operators and numbers are nobody's secret; a text that a column is compared with must be found in it.
    What is not there has another source than the rows: a clipboard with a secret in it, perhaps.
    """
    try:
        found = list(_TERM.finditer(text))
        missing = [holds for one in found for holds in _named(one, texts, fields)]
    except _Flawed:
        return False
    for row in rows:
        if not missing:
            break
        missing = [holds for holds in missing if not holds(row)]
    return bool(found) and not missing


_TERM: Final = re.compile(
    r"""(?P<no>!(?=\S))?
    (?: /(?P<pattern>\S+)
      | (?P<name>[^\W\d][\w/.%-]*?)(?P<operator>!=|>=|<=|==|=|>|<)(?:"(?P<said>[^"]*)"?|(?P<value>\S*))
      | "(?P<quoted>[^"]*)"?
      | (?P<word>\S+) )""",
    re.VERBOSE,
)


class _Flawed(Exception):
    """The term cannot be understood: a fault and its details."""


def _term(found: re.Match[str], fields: Sequence[Field]) -> Term | None:
    """The condition; None for one that always holds."""
    wanted = not found["no"]
    if found["pattern"] is not None:
        pattern = _compiled(found["pattern"].removesuffix("/"))
        return Term(wanted, pattern=pattern, name="/" + pattern.pattern)
    if found["name"] is None:
        word = (found["quoted"] if found["word"] is None else found["word"]).casefold()
        # An exclamation mark alone is the beginning of something, and the rows stay while one types.
        return Term(wanted, word) if word and found["word"] != "!" else None
    field = _field(found["name"], fields)
    operator, value = _compared(found)
    if field.share is not None and value.endswith("%"):
        field = field._replace(value=field.share, measure=Measure.SHARE)
    try:
        holds = comparing(operator, value, field.measure)
    except Uncomparable as error:
        raise _Flawed(_FAULTS[error.measure], (field.name, operator, value)) from None
    return Term(wanted, name=f"{field.name}{operator}{value}", value=field.value, holds=holds)


_FAULTS: Final = {
    None: Fault.ORDER,
    Measure.TEXT: Fault.ORDER,
    Measure.ANY: Fault.NUMBER,
    Measure.NUMBER: Fault.NUMBER,
    Measure.SHARE: Fault.SHARE,
    Measure.SECONDS: Fault.SECONDS,
    Measure.BYTES: Fault.BYTES,
}


def _compared(found: re.Match[str]) -> tuple[str, str]:
    operator = "=" if found["operator"] == "==" else found["operator"]
    value = found["value"] if found["said"] is None else found["said"]
    if not value:
        raise _Flawed(Fault.NO_VALUE, (found["name"], operator))
    return operator, value


def _field(name: str, fields: Sequence[Field]) -> Field:
    """The field of that name, or the only one whose name begins so.

    Raises:
        _Flawed: There is none, or there are several.
    """
    wanted = name.casefold()
    for exact in (lambda one: one.name == wanted, lambda one: wanted in one.also):
        if found := [one for one in fields if exact(one)]:
            return found[0]
    begun = [one for one in fields if one.also and any(known.startswith(wanted) for known in (one.name, *one.also))]
    if len(begun) == 1:
        return begun[0]
    if begun:
        raise _Flawed(Fault.AMBIGUOUS, tuple(one.name for one in begun))
    from difflib import get_close_matches  # noqa: PLC0415  rarely needed, and the start is to be quick

    raise _Flawed(Fault.COLUMN, (name, *get_close_matches(wanted, [one.name for one in fields if one.also], 1)))


def _compiled(pattern: str) -> re.Pattern[str]:
    try:
        with warnings.catch_warnings():  # of what Python may read otherwise in later versions
            warnings.simplefilter("ignore")
            return re.compile(pattern, re.IGNORECASE)
    except (re.error, OverflowError, RecursionError) as error:
        raise _Flawed(Fault.PATTERN, (error.msg,) if isinstance(error, re.error) else ()) from None


def _cost(term: Term) -> int:
    return 0 if term.holds is not None else 1 if term.word else 2


_APART: Final = "\n"
"""Stands between the texts of a row, and in no word."""


def _kept(term: Term, rows: Sequence[Any], texts: Texts) -> Sequence[Any]:
    wanted, word, pattern, _name, value, holds = term
    if holds is not None and value is not None:
        return [row for row in rows if holds(value(row)) is wanted]
    if pattern is not None:
        search = pattern.search
        return [row for row in rows if any(map(search, texts(row))) is wanted]
    if wanted:
        return [row for row in rows if word in _APART.join(texts(row)).casefold()]
    return [row for row in rows if word not in _APART.join(texts(row)).casefold()]


def _implies(mine: Term, theirs: Term) -> bool:
    """A row for which the one holds is one for which the other does."""
    if mine.wanted is not theirs.wanted:
        return False
    if mine.word and theirs.word:
        return theirs.word in mine.word if mine.wanted else mine.word in theirs.word
    return bool(mine.name) and mine.name == theirs.name


def _named(found: re.Match[str], texts: Texts, fields: Sequence[Field]) -> Iterator[Callable[[Any], bool]]:
    """What has to be found in the rows, each as a test of one row.

    Raises:
        _Flawed: There is something in it that is nowhere.
    """
    if found["pattern"] is not None:
        # Without its groups each choice stands for itself. Some patterns are none any more, and count as not there.
        choices = re.sub("[()]", "", found["pattern"].removesuffix("/")).split("|")
        for search in [_compiled(choice).search for choice in choices]:
            yield lambda row, search=search: any(map(search, texts(row)))  # type: ignore[misc]
    elif found["name"] is None:
        word = found["quoted"] if found["word"] is None else found["word"]
        folded = word.casefold()
        yield lambda row: any(folded in text.casefold() for text in texts(row))
    else:
        field = _field(found["name"], fields)
        value = _compared(found)[1]
        for piece in pieces(value, field.measure):
            yield lambda row, piece=piece: piece in str(field.value(row)).casefold()  # type: ignore[misc]
