"""Prometheus' text format, as far as a broker's unlabelled samples need it."""

import math
import re


_SAMPLE = re.compile(r"([a-zA-Z_:][a-zA-Z0-9_:]*)[ \t]+(\S+)(?:[ \t]+-?[0-9]+)?[ \t]*")


def samples(exposition: str) -> dict[str, float]:
    """The values of samples without labels by name. Comments, labelled samples and what is no number are left out."""
    found: dict[str, float] = {}
    for line in exposition.splitlines():
        match = _SAMPLE.fullmatch(line)
        if match is None:
            continue
        try:
            value = float(match[2])
        except ValueError:
            continue
        if math.isfinite(value):
            found[match[1]] = value
    return found
