"""Ids and values of the domain in words: states, kinds, times and findings."""

import time
from collections.abc import Callable, Mapping

from emqx_tui.domain.filters import Fault, Flaw
from emqx_tui.domain.findings import Finding, Severity
from emqx_tui.domain.freshness import Freshness
from emqx_tui.domain.models import Kind
from emqx_tui.domain.roster import NodeState
from emqx_tui.i18n import N_, _, ngettext
from emqx_tui.resources.spec import Sign, Tone
from emqx_tui.text import short_duration, short_number


KINDS: Mapping[Kind, str] = {
    Kind.EMQX4: "EMQX",
    Kind.EMQX5: "EMQX",
    Kind.SERVERLESS: "EMQX Serverless",
    Kind.NANOMQ: "NanoMQ",
}
"""Products by kind; the version says the rest."""

STATES: Mapping[NodeState, str] = {
    NodeState.RUNNING: N_("running"),
    NodeState.STOPPED: N_("stopped"),
    NodeState.UNREACHABLE: N_("unreachable"),
    NodeState.GONE: N_("gone"),
}

STATE_MEANINGS: Mapping[NodeState, str] = {
    NodeState.RUNNING: N_("The API lists it as running."),
    NodeState.STOPPED: N_("The API says that it is stopped."),
    NodeState.UNREACHABLE: N_("It is a member of the cluster and does not answer."),
    NodeState.GONE: N_("The API no longer lists it. What is shown is what it last said."),
}

STATE_MARKS: Mapping[NodeState, str] = {
    NodeState.RUNNING: "●",
    NodeState.STOPPED: "✖",
    NodeState.UNREACHABLE: "?",
    NodeState.GONE: "○",
}

STATE_TONES: Mapping[NodeState, Tone] = {
    NodeState.RUNNING: Tone.GOOD,
    NodeState.STOPPED: Tone.CRITICAL,
    NodeState.UNREACHABLE: Tone.CRITICAL,
    NodeState.GONE: Tone.CRITICAL,
}

FRESHNESS: Mapping[Freshness, Sign] = {
    Freshness.LIVE: Sign("●", N_("live"), N_("Figures are younger than one and a half intervals."), Tone.GOOD),
    Freshness.SLOW: Sign("◐", N_("slow"), N_("They are up to three intervals old."), Tone.WARNING),
    Freshness.STALE: Sign(
        "✖", N_("stale"), N_("They are older, or the last poll failed: what is shown was last known."), Tone.CRITICAL
    ),
    Freshness.PAUSED: Sign("‖", N_("paused"), N_("Nothing is asked until you go on."), Tone.WARNING),
    Freshness.WAITING: Sign("…", N_("waiting"), N_("There was no answer yet."), Tone.MUTED),
}
"""How far figures can be taken for those of now."""

SEVERITY_MARKS: Mapping[Severity, str] = {Severity.CRITICAL: "✖", Severity.WARNING: "▲", Severity.NOTICE: "◆"}

SEVERITY_TONES: Mapping[Severity, Tone] = {
    Severity.CRITICAL: Tone.CRITICAL,
    Severity.WARNING: Tone.WARNING,
    Severity.NOTICE: Tone.ACCENT,
}

WARNINGS: Mapping[str, str] = {
    "plain-http": N_("plain HTTP"),
    "no-verify": N_("certificate not verified"),
}
"""What has to stay in sight of whoever watches a deployment."""

SERVERLESS_LIMITS = N_(
    "EMQX Cloud Serverless tells the number of sessions and its clients; it offers no nodes, counters or alarms. "
    "Limits of the plan: 1,000 messages/s, 10 publishes/s and 10 subscriptions a client, 2,000 retained messages, "
    "and few API requests a second (100 or 10, by the plan's age)."
)
"""What Serverless leaves out and what its plan allows (API reference, 1.5)."""


_FAR = 182 * 86400.0


def clock_time(at: float, now: float) -> str:
    """A time of day by the local clock, with the date when it is not of today, and with the year when it is far.

    `03:12`, `20 Nov 03:12`, `1 Jan 2030 00:00`: what is more than half a year away could be of either year.
    """
    try:
        then = time.localtime(at)
    except (OverflowError, OSError, ValueError):
        return "?"
    if abs(at - now) > _FAR:
        return f"{then.tm_mday} " + time.strftime("%b %Y %H:%M", then)
    same_day = time.strftime("%F", then) == time.strftime("%F", time.localtime(now))
    return time.strftime("%H:%M" if same_day else "%d %b %H:%M", then)


def since(at: float | None, now: float, *, exact: bool) -> str:
    """How long it has been so: `42 s`; `before 03:12` when it was already so at the first look; empty if unknown."""
    if at is None:
        return ""
    if not exact:
        return _("before {time}").format(time=clock_time(at, now))
    return short_duration(now - at)


def finding(found: Finding, now: float) -> str:
    """A finding as one line: `emqx@10.0.0.3 stopped, 42 s (core, had 81k sessions)`."""
    worded = _FINDINGS.get(found.rule, _anything)(found)
    when = since(found.since, now, exact=found.exact)
    details = _node_details(found) if found.rule.startswith("node.") else ""
    message = found.values.get("message") or ""
    return (
        worded
        + (f", {when}" if when else "")
        + (f" ({details})" if details else "")
        + (f": {message}" if message and message != found.values.get("name") else "")
    )


def _anything(found: Finding) -> str:
    return f"{found.subject} {found.rule}".strip()


def _node(word: str) -> Callable[[Finding], str]:
    def worded(found: Finding) -> str:
        return f"{found.subject or _('the broker')} {_(word)}"

    return worded


def _node_details(found: Finding) -> str:
    details = [str(found.values["role"])] if found.values.get("role") else []
    sessions = found.values.get("sessions")
    if isinstance(sessions, int):
        shown = ngettext("{count} session", "{count} sessions", sessions)
        details.append(_("had {sessions}").format(sessions=shown.format(count=short_number(sessions))))
    return ", ".join(details)


def _alarm(found: Finding) -> str:
    shown = _("alarm {name}").format(name=found.values.get("name"))
    return _("{alarm} on {node}").format(alarm=shown, node=found.subject) if found.subject else shown


def _congestion(found: Finding) -> str:
    count = found.values.get("count")
    number = count if isinstance(count, int) else 0
    shown = ngettext("{count} client congested", "{count} clients congested", number)
    return shown.format(count=short_number(number))


_FINDINGS: Mapping[str, Callable[[Finding], str]] = {
    "node.stopped": _node(STATES[NodeState.STOPPED]),
    "node.unreachable": _node(STATES[NodeState.UNREACHABLE]),
    "node.gone": _node(STATES[NodeState.GONE]),
    "alarm.active": _alarm,
    "alarm.congestion": _congestion,
}


_FLAWS: Mapping[Fault, str] = {
    Fault.PATTERN: N_("it is no pattern: {0}"),
    Fault.COLUMN: N_("there is no column {0}; in double quotes it is just text"),
    Fault.AMBIGUOUS: N_("several columns begin so: {all}"),
    Fault.NO_VALUE: N_("{0} {1} what?"),
    Fault.NUMBER: N_("{0} has numbers, such as 250, 1.5k or 2M"),
    Fault.SHARE: N_("{0} has percentages, such as 80%"),
    Fault.SECONDS: N_("{0} has durations, such as 90s, 2h or 1d12h"),
    Fault.BYTES: N_("{0} has sizes, such as 512M or 2G"),
    Fault.ORDER: N_("* and ? go with = and != only"),
}


def flaw(found: Flaw) -> str:
    """What is wrong with a part of a filter: `queue>abc is left out: queue has numbers, such as 250, 1.5k or 2M`."""
    return _("{term} is left out: {why}").format(term=found.term, why=fault(found))


def fault(found: Flaw) -> str:
    """The same without what becomes of it: `queue has numbers, such as 250, 1.5k or 2M`."""
    details = found.details
    if found.fault is Fault.COLUMN and len(details) > 1:
        return _("there is no column {0}; did you mean {1}?").format(*details)
    if found.fault is Fault.PATTERN and not details:
        return _("it is beyond what a pattern can be")
    return _(_FLAWS[found.fault]).format(*details, all=", ".join(details))
