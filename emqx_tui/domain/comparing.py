"""Comparisons of a value with what somebody typed: numbers with units, percentages, durations, texts."""

import re
from collections.abc import Callable, Sequence
from enum import StrEnum
from fnmatch import translate
from functools import lru_cache
from math import isfinite
from operator import ge, gt, le, lt
from typing import Any, Final, NamedTuple


class Measure(StrEnum):
    """What values are, and so which units what is typed may have."""

    TEXT = "text"
    ANY = "any"
    """A number with whatever unit."""
    NUMBER = "number"
    SHARE = "share"
    """From 0 to 1, shown and typed in per cent."""
    SECONDS = "seconds"
    BYTES = "bytes"
    """Shown and typed in steps of 1024."""


class Uncomparable(Exception):
    """What was typed cannot be compared with such values.

    Attributes:
        measure: What it is not; None for a text with wildcards that is to be larger or smaller.
    """

    def __init__(self, measure: Measure | None) -> None:
        super().__init__(measure)
        self.measure = measure


class Quantity(NamedTuple):
    """A number that was typed, in plain units, and half of the last digit that was given."""

    value: float
    half: float


def comparing(operator: str, typed: str, measure: Measure | None) -> Callable[[object], bool]:
    """A test of values: what is missing is only ever unequal.

    Numbers are equal when they are as far as they were typed: `84k` is all from 83,500 on and below 84,500. Zero is
    only zero. Texts are equal with `*` and `?` standing for any characters and any one character; their order
    takes digits for numbers, so that 5.10 is larger than 5.9. Capitals do not matter.

    Args:
        operator: `=`, `!=`, `>`, `>=`, `<` or `<=`.
        typed: What to compare with.
        measure: What the values are; None when each of them says it itself, numbers with any unit.

    Raises:
        Uncomparable: It cannot be compared with such values.
    """
    wanted = None if measure is Measure.TEXT else quantity(typed, measure)
    if wanted is None and measure not in {None, Measure.TEXT}:
        raise Uncomparable(measure)
    if operator in _ORDERS and wanted is None and _WILD.search(typed):
        raise Uncomparable(None)
    number = _number_test(operator, wanted)
    text = _text_test(operator, typed)
    missing = operator == "!="

    def holds(value: object) -> bool:
        if value is None:
            return missing
        kind = type(value)
        if kind is int or kind is float:
            return number(value)
        return text("true" if value is True else "false" if value is False else str(value))

    return holds


def quantity(typed: str, measure: Measure | None = None) -> Quantity | None:
    """The number that was typed, in plain units; None when it is none of that measure."""
    typed = typed.replace(" ", "")
    if measure in {*_ANY, Measure.SECONDS} and (found := _DURATION.fullmatch(typed)):
        parts = _PART.findall(found.group())
        return _quantity([(number, _SECONDS[unit]) for number, unit in parts])
    found = _NUMBER.fullmatch(typed)
    if found is None:
        return None
    number, unit, binary = found.groups()
    if unit == "%":
        return _quantity([(number, 0.01)]) if measure in {*_ANY, Measure.SHARE} else None
    if measure is Measure.SHARE:
        return None if unit else _quantity([(number, 0.01)])
    if unit and measure is Measure.SECONDS:
        return None
    step = 1024 if binary or measure is Measure.BYTES else 1000
    return _quantity([(number, float(step ** _POWERS.index((unit or "").upper())))])


_ANY: Final = (None, Measure.ANY)
_POWERS: Final = ("", "K", "M", "G", "T", "P")
_SECONDS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0}
_DIGITS: Final = r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
_NUMBER: Final = re.compile(rf"([+-]?{_DIGITS})(?:([kKMGTP%])(i)?B?|B)?")
_DURATION: Final = re.compile(rf"(?:{_DIGITS}(?:ms|[smhdw]))+")
_PART: Final = re.compile(rf"({_DIGITS})(ms|[smhdw])")
_WILD: Final = re.compile("[*?]")
_ORDERS: Final[dict[str, Callable[[Any, Any], bool]]] = {">": gt, ">=": ge, "<": lt, "<=": le}


def _quantity(parts: Sequence[tuple[str, float]]) -> Quantity | None:
    value = sum(float(number) * unit for number, unit in parts)
    last, unit = parts[-1]
    half = unit * 0.5 / 10 ** min(300, len(last.partition(".")[2]))
    return Quantity(value, half) if isfinite(value) else None


def _number_test(operator: str, wanted: Quantity | None) -> Callable[[Any], bool]:
    if wanted is None:
        # A number is no text: it differs from every one, and is neither larger nor smaller.
        return lambda _value: operator == "!="
    value, half = wanted
    if order := _ORDERS.get(operator):
        return lambda found: order(found, value)
    if value == 0:
        return (lambda found: found == 0) if operator == "=" else (lambda found: found != 0)
    low, high = value - half, value + half
    if operator == "=":
        return lambda found: low <= found < high
    return lambda found: not low <= found < high


def _text_test(operator: str, typed: str) -> Callable[[str], bool]:
    folded = typed.casefold()
    if order := _ORDERS.get(operator):
        wanted = _natural(folded)
        return lambda text: order(_natural(text), wanted)
    equal = operator == "="
    if _WILD.search(folded):
        match = re.compile(translate(folded.replace("[", "[[]"))).match
        return lambda text: (match(text.casefold()) is not None) is equal
    wanted_texts = {folded, _FLAGS.get(folded, folded)}
    return lambda text: (text.casefold() in wanted_texts) is equal


_FLAGS: Final = {"yes": "true", "no": "false"}


@lru_cache(maxsize=16384)
def _natural(text: str) -> tuple[str | int, ...]:
    """The text's order, by which digits are numbers: texts and numbers by turns."""
    parts = re.split("([0-9]{1,18})", text.casefold())
    return tuple(int(part) if at % 2 else part for at, part in enumerate(parts))


def pieces(typed: str, measure: Measure | None) -> list[str]:
    """The texts, folded, in what a value is compared with; none when it is a number."""
    if quantity(typed, None if measure is Measure.TEXT else measure) is not None:
        return []
    return [piece for piece in _WILD.split(typed.casefold()) if piece]
