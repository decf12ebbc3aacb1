"""What an answer changes: from the domain values of one answer to the state of its deployment. No I/O, no waiting."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from emqx_tui.domain.broker import Part
from emqx_tui.domain.history import STEP, Ring
from emqx_tui.domain.models import Alarm, Counters, Kind, Node, Sample, Series, Totals, node_from_gauges
from emqx_tui.domain.rates import LONGEST_GAP, Reading, rates, too_close
from emqx_tui.domain.roster import NodeState, Observation, observe
from emqx_tui.domain.totals import totals_of_nodes
from emqx_tui.fleet.clock import Clock
from emqx_tui.fleet.store import DeploymentState


RATE_NAMES = {
    Series.RECEIVED: "messages.received",
    Series.SENT: "messages.sent",
    Series.DROPPED: "messages.dropped",
}
"""EMQX's counters of the rates that tables and charts show."""


class Arrivals:
    """Takes answers into the state of one deployment."""

    def __init__(self, state: DeploymentState, clock: Clock) -> None:
        self._state = state
        self._clock = clock

    def nodes(self, listed: Sequence[Node], *, members: frozenset[str] | None = None) -> None:
        """The whole list of nodes."""
        self._observe(Observation(tuple(self._completed(listed)), complete=True, members=members))

    def node(self, node: Node) -> None:
        """One node that was asked by itself."""
        self._observe(Observation(tuple(self._completed([node]))))

    def silent(self, name: str) -> None:
        """A node that was asked by itself did not answer while its cluster does."""
        self._observe(Observation(silent=frozenset({name})))
        self._forget_rates(name)

    def absent(self, name: str) -> None:
        """The broker has no node of this name."""
        self._observe(Observation(absent=frozenset({name})))
        self._forget_rates(name)

    def members(self, members: frozenset[str]) -> None:
        """The cluster's members, told after a list was answered."""
        self._observe(Observation(members=members))

    def described(self, nodes: Iterable[Node]) -> None:
        """Descriptions that the list of nodes lacks."""
        self._state.described.update({node.name or "": node for node in nodes})
        self._complete_roster()

    def gauges(self, by_node: Mapping[str, Counters]) -> None:
        """Gauges of nodes."""
        gauges = self._state.gauges
        if self._state.kind is Kind.NANOMQ:
            # It tells them in two answers, neither of which has all.
            by_node = {name: {**gauges.get(name, {}), **own} for name, own in by_node.items()}
        gauges.update(by_node)
        self._complete_roster()
        self._sum_up()

    def metrics(self, by_node: Mapping[str, Counters]) -> None:
        """Counters of nodes: they become rates."""
        now, wall = self._clock.monotonic(), self._clock.wall()
        for name, counters in by_node.items():
            member = self._state.roster.get(name)
            reading = Reading(now, wall, counters, member.last.uptime if member else None)
            self._read(name, reading)
        if self._state.kind is Kind.NANOMQ:
            # NanoMQ's gauges come with its counters.
            self.gauges({name: _gauges_in(own) for name, own in by_node.items()})
        else:
            self._sum_up()

    def alarms(self, active: Sequence[Alarm]) -> None:
        """All active alarms."""
        by_node: defaultdict[str, list[Alarm]] = defaultdict(list)
        for alarm in active:
            by_node[alarm.node or ""].append(alarm)
        self._state.alarms = {name: tuple(alarms) for name, alarms in by_node.items()}

    def node_alarms(self, name: str, active: Sequence[Alarm]) -> None:
        """The active alarms of one node."""
        self._state.alarms[name] = tuple(active)

    def totals(self, totals: Totals) -> None:
        """Figures of the whole deployment as the broker gives them."""
        part = self._state.parts[Part.TOTALS]
        part.value, part.error = totals, None
        self._state.totals = totals
        self._remember_totals(totals, self._clock.monotonic())

    def history(self, samples: Sequence[Sample]) -> None:
        """The past as the broker remembers it. What was measured since the start stays as it is."""
        now, history = self._clock.monotonic(), self._state.history
        measured = dict(history)
        history.clear()
        for sample in samples:
            if sample.age >= STEP:
                self._remember_totals(sample.totals, now - sample.age)
        told = dict(history)
        history.clear()
        for series in measured.keys() | told.keys():
            before = told.get(series, Ring()).values(now)
            since = measured.get(series, Ring()).values(now)
            for back in range(len(since)):
                value = since[-1 - back] if since[-1 - back] is not None else before[-1 - back]
                history[series].add(now - back * STEP, value)

    def _completed(self, nodes: Iterable[Node]) -> list[Node]:
        state = self._state
        now = self._clock.monotonic()
        completed = []
        for node in nodes:
            name = node.name or ""
            if node.running is not False and node.error is None:
                state.node_answered[name] = now
                self._remember_node(name, node, now)
                node = self._with_extras(name, node)  # noqa: PLW2901  the loop's own node, completed
            completed.append(node)
        return completed

    def _with_extras(self, name: str, node: Node) -> Node:
        node = node.completed_by(self._state.described.get(name, node))
        return node.completed_by(node_from_gauges(name, self._state.gauges.get(name, {})))

    def _observe(self, seen: Observation) -> None:
        state = self._state
        before = state.roster
        seen = seen._replace(first=not state.looked, witnessed=frozenset(state.node_answered))
        state.roster = observe(before, seen, self._clock.wall())
        state.looked = state.looked or seen.complete
        for name, member in state.roster.items():
            known = before.get(name)
            if known is None or known.state is not member.state:
                state.roster_changed = True
            if member.state is not NodeState.RUNNING:
                self._forget_rates(name)
        if len(before) != len(state.roster):
            state.roster_changed = True
        if before.keys() - state.roster.keys():
            state.forget_nodes()
        self._sum_up()

    def _complete_roster(self) -> None:
        state = self._state
        state.roster = {
            name: member._replace(last=self._refreshed(name, member.last))
            if member.state is NodeState.RUNNING
            else member
            for name, member in state.roster.items()
        }

    def _refreshed(self, name: str, last: Node) -> Node:
        described = self._state.described.get(name)
        if described is not None:
            last = last._replace(datetime=described.datetime or last.datetime)
        return self._with_extras(name, last)

    def _read(self, name: str, reading: Reading) -> None:
        state = self._state
        before = state.readings.get(name)
        if before is not None and too_close(before, reading):
            return
        state.readings[name] = reading
        longest = max(LONGEST_GAP, 2 * state.pace)
        found = rates(before, reading, longest) if before is not None else None
        if found is None:
            state.rates.pop(name, None)
            return
        state.rates[name] = found
        for series, counter in RATE_NAMES.items():
            state.node_history[name][series].add(reading.monotonic, found.get(counter))

    def _forget_rates(self, name: str) -> None:
        self._state.rates.pop(name, None)
        self._state.readings.pop(name, None)

    def forget_rates(self) -> None:
        """Counters cannot be read any more: there are no rates of now."""
        for name in tuple(self._state.rates):
            self._forget_rates(name)
        self._sum_up()

    def _sum_up(self) -> None:
        """Totals from the nodes' figures, where the broker gives none or does not now."""
        state = self._state
        for name in [name for name in state.rates if not state.has_rates(name, self._clock.monotonic())]:
            del state.rates[name]
        part = state.parts.get(Part.TOTALS)
        if part is not None and part.value is not None and part.error is None:
            return
        state.totals = totals_of_nodes(state.roster, state.rates, state.gauges)
        if state.totals is not None:
            self._remember_totals(state.totals, self._clock.monotonic())

    def _remember_totals(self, totals: Totals, at: float) -> None:
        history = self._state.history
        history[Series.LIVE].add(at, totals.live_connections)
        history[Series.SESSIONS].add(at, totals.sessions)
        history[Series.RECEIVED].add(at, totals.received_rate)
        history[Series.SENT].add(at, totals.sent_rate)
        history[Series.DROPPED].add(at, totals.dropped_rate)

    def _remember_node(self, name: str, node: Node, at: float) -> None:
        rings = self._state.node_history[name]
        rings[Series.SESSIONS].add(at, node.sessions)
        rings[Series.LIVE].add(at, node.live_connections)
        rings[Series.LOAD].add(at, node.load1)
        if node.memory_used is not None and node.memory_total:
            rings[Series.MEMORY].add(at, node.memory_used / node.memory_total)


def _gauges_in(counters: Counters) -> dict[str, int]:
    return {name: value for name, value in counters.items() if name.endswith(".count")}
