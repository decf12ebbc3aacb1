"""Rows in the order of a column, to which more are added while somebody scrolls through a long list."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from operator import is_, itemgetter
from typing import Any, Generic

from emqx_tui.resources.spec import Row, Scalar


_FEW = 4
"""Rows that come to so many times as many are put in their places; more are sorted with the others."""


class Ordering(Generic[Row]):
    """Missing values last, equal ones by key. When rows only come behind those of last time, these stay sorted.

    Args:
        value: What sorts a row.
        key: Names a row.
        descending: The largest first.
    """

    def __init__(
        self,
        value: Callable[[Row], Scalar | tuple[Scalar, ...]],
        key: Callable[[Row], str],
        *,
        descending: bool = False,
    ) -> None:
        self._value = value
        self._key = key
        self._descending = descending
        self._last: Sequence[Row] = ()
        self._count = 0
        # Side by side, the smallest value first; equal ones by key, backwards where all is turned round at the end.
        self._values: list[Any] = []
        self._keys: list[str] = []
        self._rows: list[Row] = []
        self._missing: list[tuple[str, Row]] = []

    def of(self, rows: Sequence[Row]) -> list[Row]:
        """The rows in order. Nobody may change what is given, except by adding to it."""
        count = self._count
        if not count or count > len(rows) or not all(map(is_, self._last, rows)):
            self._values, self._keys, self._rows, self._missing, count = [], [], [], [], 0
        if len(rows) > count:
            self._add(rows[count:])
        self._last, self._count = rows, len(rows)
        known = self._rows[::-1] if self._descending else self._rows
        return known + [row for _, row in self._missing]

    def _add(self, rows: Sequence[Row]) -> None:
        value, key = self._value, self._key
        found: list[tuple[Any, str, Row]] = []
        for row in rows:
            one = value(row)
            if one is None:
                self._missing.append((key(row), row))
            else:
                found.append((one.casefold() if isinstance(one, str) else one, key(row), row))
        self._missing.sort(key=itemgetter(0))
        if len(found) * _FEW > len(self._rows):
            found += zip(self._values, self._keys, self._rows, strict=True)
            self._values, self._keys, self._rows = [], [], []
        found.sort(key=itemgetter(1), reverse=self._descending)
        found.sort(key=itemgetter(0))
        self._merge(found)

    def _merge(self, found: Sequence[tuple[Any, str, Row]]) -> None:
        """Put each where it belongs; what stands between two of them is moved as one."""
        values: list[Any] = []
        keys: list[str] = []
        rows: list[Row] = []
        begin = 0
        for value, key, row in found:
            end = self._place(value, key, begin)
            values += (*self._values[begin:end], value)
            keys += (*self._keys[begin:end], key)
            rows += (*self._rows[begin:end], row)
            begin = end
        self._values = values + self._values[begin:]
        self._keys = keys + self._keys[begin:]
        self._rows = rows + self._rows[begin:]

    def _place(self, value: object, key: str, begin: int) -> int:
        low: int = bisect_left(self._values, value, begin)
        high: int = bisect_right(self._values, value, low)
        while low < high:
            middle = (low + high) // 2
            if (self._keys[middle] < key) is not self._descending:
                low = middle + 1
            else:
                high = middle
        return low
