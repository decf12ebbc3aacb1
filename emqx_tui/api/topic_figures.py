"""The figures of a single topic, which EMQX 4 and 5 write alike."""

from emqx_tui.api import wire


def topic_figures(value: object) -> tuple[dict[str, int], dict[str, float]]:
    """Counts and rates per second by their names without the ends `.count` and `.rate`."""
    counts: dict[str, int] = {}
    rates: dict[str, float] = {}
    for key, figure in (value if isinstance(value, dict) else {}).items():
        name, _, what = wire.short(key).rpartition(".")
        # Documents write `message.in`, brokers `messages.in` (API reference, 3B.5).
        name = name.replace("message.", "messages.", 1) if name.startswith("message.") else name
        if what == "count" and (count := wire.count(figure)) is not None:
            counts[name] = count
        elif what == "rate" and (rate := wire.number(figure)) is not None and rate >= 0:
            rates[name] = rate
    return counts, rates
