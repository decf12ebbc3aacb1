"""The filter of a table: words that a row must have or must not have."""

import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple


Test = Callable[[Sequence[str]], bool]


class Filter(NamedTuple):
    """A parsed filter.

    Attributes:
        text: As typed.
        test: Says whether a row with these texts is shown.
        invalid: The part that could not be understood and is left out, or empty.
    """

    text: str
    test: Test
    invalid: str = ""

    def __call__(self, texts: Sequence[str]) -> bool:
        """The row with these texts is shown."""
        return self.test(texts)


def parse_filter(text: str) -> Filter:
    """Words apart by blanks, all of which must hold: `eu`, `!stopped` (none has it), `/^emqx@10/` (pattern).

    Capitals do not matter. An invalid pattern is left out and named, so that the rows stay while one types.
    """
    tests: list[Test] = []
    invalid = ""
    for term in text.split():
        wanted = not (term.startswith("!") and len(term) > 1)
        word = term if wanted else term[1:]
        try:
            holds = _holds(word)
        except (re.error, OverflowError, RecursionError):
            invalid = term
            continue
        tests.append(_test(holds, wanted=wanted))
    return Filter(text, lambda texts: all(test(texts) for test in tests), invalid)


def stands_in(text: str, rows: Iterable[Sequence[str]]) -> bool:
    """Whether all that the filter names is in these rows: each word, those behind `!` too, each choice of a pattern.

    What is not there has another source than the rows: a clipboard with a secret in it, perhaps.
    """
    try:
        missing = [_holds(word) for term in text.split() for word in _named(term)]
    except (re.error, OverflowError, RecursionError):
        return False
    named = bool(missing)
    for texts in rows:
        missing = [holds for holds in missing if not any(holds(one) for one in texts)]
        if not missing:
            break
    return named and not missing


def _named(term: str) -> Iterator[str]:
    word = term[1:] if term.startswith("!") and len(term) > 1 else term
    if len(word) > 1 and word.startswith("/"):
        # Without its groups each choice stands for itself. Some patterns are none any more, and count as not there.
        choices = re.sub("[()]", "", word[1:].removesuffix("/")).split("|")
        yield from (f"/{choice}" for choice in choices)
    else:
        yield word


def _holds(word: str) -> Callable[[str], bool]:
    if len(word) > 1 and word.startswith("/"):
        with warnings.catch_warnings():  # of what Python may read otherwise in later versions
            warnings.simplefilter("ignore")
            pattern = re.compile(word[1:].removesuffix("/"), re.IGNORECASE)
        return lambda text: pattern.search(text) is not None
    folded = word.casefold()
    return lambda text: folded in text.casefold()


def _test(holds: Callable[[str], bool], *, wanted: bool) -> Test:
    return lambda texts: any(holds(text) for text in texts) is wanted
