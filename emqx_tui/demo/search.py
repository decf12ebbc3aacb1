"""Clients and subscriptions by filter: looked for once, number by number, and remembered from page to page.

All that a filter asks of a client follows from its id and its lot (see `Traits`), so that fifty thousand
are looked through in tens of milliseconds, and only as far as a page reaches. `Traits` gives what filters ask for
without making the whole client.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator
from operator import attrgetter
from typing import NamedTuple

from emqx_tui.demo.messages import matches
from emqx_tui.demo.population import KINDS, Client, Population, Subscription, Traits, second_subscription
from emqx_tui.demo.world import Node


Test = Callable[[Traits], int]
"""Which rows of a client are wanted: 0 none, 1 the first, 2 the second, 3 both; of clients themselves 0 or 1."""

_LOTS = 16


class _Found:
    """What was found on one node so far: (number, row), in order."""

    def __init__(self, booted: float) -> None:
        self.booted = booted
        self.rows: list[tuple[int, int]] = []
        self.looked = 0


class Scan:
    """One filter over all clients of a cluster."""

    def __init__(self, population: Population, test: Test) -> None:
        self._population = population
        self._test = test
        self._found: dict[int, _Found] = {}

    def rows(self, now: float, nodes: list[Node], offset: int, limit: int) -> tuple[list[tuple[Node, int, int]], bool]:
        """What was found from `offset` on: node, number and row, at most `limit`; and whether there is more."""
        wanted = offset + limit + 1
        found: list[tuple[Node, int, int]] = []
        for place in self._all(now, nodes, wanted):
            found.append(place)
            if len(found) == wanted:
                break
        return found[offset : offset + limit], len(found) == wanted

    def count(self, now: float, nodes: list[Node]) -> int:
        """How much there is in all."""
        total = 0
        for node in nodes:
            found, upto = self._whole(node, now)
            gone = self._population.gone(node, now)
            total += upto - sum(number in gone for number, _ in found.rows[:upto] if gone)
        return total

    def _all(self, now: float, nodes: list[Node], wanted: int) -> Iterator[tuple[Node, int, int]]:
        for node in nodes:
            gone, sessions = self._population.gone(node, now), node.sessions(now)
            at = 0
            while True:
                found = self._look(node, now, sessions, at + 1 + min(wanted, 256))
                rows = found.rows
                if at >= len(rows) or rows[at][0] >= sessions:
                    break
                for number, row in rows[at:]:
                    if number >= sessions:
                        break
                    if number not in gone:
                        yield node, number, row
                at = len(rows)

    def _whole(self, node: Node, now: float) -> tuple[_Found, int]:
        sessions = node.sessions(now)
        found = self._look(node, now, sessions, None)
        return found, bisect_left(found.rows, (sessions, 0))

    def _look(self, node: Node, now: float, sessions: int, enough: int | None) -> _Found:
        """Look on until `enough` rows are found, or all sessions are looked at."""
        booted = node.booted(now)
        found = self._found.get(node.index)
        if found is None or found.booted != booted:
            found = self._found[node.index] = _Found(booted)
        rows, test, traits = found.rows, self._test, self._population.traits
        number = found.looked
        while number < sessions and (enough is None or len(rows) < enough):
            mask = test(traits(node, number, booted))
            if mask:
                if mask & 1:
                    rows.append((number, 0))
                if mask & 2:
                    rows.append((number, 1))
            number += 1
        found.looked = number
        return found


class ClientFilter(NamedTuple):
    """What is asked of a client; None asks nothing. Times in seconds since 1970, both ends included."""

    clientids: frozenset[str] | None = None
    usernames: frozenset[str | None] | None = None
    like_clientid: str | None = None
    like_username: str | None = None
    ip_address: str | None = None
    port: int | None = None
    connected: bool | None = None
    clean_start: bool | None = None
    proto_ver: int | None = None
    since: float | None = None
    until: float | None = None

    @property
    def fuzzy(self) -> bool:
        """Whether a part of a name is looked for: then EMQX 5 does not count."""
        return self.like_clientid is not None or self.like_username is not None

    def test(self) -> Test:
        """The filter as a test of one client."""
        tests = [*self._by_name(), *self._by_connection()]
        return tests[0] if len(tests) == 1 else lambda one: all(test(one) for test in tests)

    def _by_name(self) -> Iterator[Callable[[Traits], bool]]:
        ids, users, part, like = self.clientids, self.usernames, self.like_clientid, self.like_username
        if ids is not None:
            yield lambda one: one.clientid in ids
        if part is not None:
            yield lambda one: part in one.clientid
        if users is not None:
            yield lambda one: one.username in users
        if like is not None:
            yield lambda one: like in (one.username or "")

    def _by_connection(self) -> Iterator[Callable[[Traits], bool]]:
        for name in ("connected", "clean_start", "proto_ver", "ip_address", "port"):
            value, given = getattr(self, name), attrgetter(name)
            if value is not None:
                yield lambda one, given=given, value=value: given(one) == value  # type: ignore[misc]
        since, until = self.since, self.until
        if since is not None:
            yield lambda one: one.connected_at >= since
        if until is not None:
            yield lambda one: one.connected_at <= until


class SubscriptionFilter(NamedTuple):
    """What is asked of a subscription; None asks nothing.

    `under` is a topic filter that the subscription's own topic has to be under, as EMQX's `match_topic` means it.
    """

    clientid: str | None = None
    topic: str | None = None
    under: str | None = None
    group: str | None = None
    qos: int | None = None

    def passes(self, row: Subscription) -> bool:
        """Whether this subscription is wanted."""
        return (
            (self.clientid is None or row.clientid == self.clientid)
            and (self.topic is None or row.topic == self.topic)
            and (self.qos is None or row.qos == self.qos)
            and (self.group is None or row.topic.startswith("$queue/" if self.group == "$queue" else self._shared))
            and (self.under is None or matches(unshared(row.topic), self.under))
        )

    @property
    def _shared(self) -> str:
        return f"$share/{self.group}/"

    def test(self) -> Test:
        """The filter as a test of one client's two usual subscriptions."""
        second = {
            (kind, lot): self._replace(clientid=None).passes(Subscription("", "", *second_subscription(kind, lot)))
            for kind in KINDS
            for lot in range(_LOTS)
        }
        always = self._replace(clientid=None, topic=None, under=None) == self._replace(clientid=None)
        prefix = "cmd/"
        never = self.group is not None or self.qos not in {None, 1}
        never = never or not (self.topic or prefix).startswith(prefix)
        deep = (self.under or "").split("/")
        never = never or (self.under is not None and deep[0] not in {"cmd", "+", "#"})

        def test(one: Traits) -> int:
            if self.clientid is not None and one.clientid != self.clientid:
                return 0
            mask = 2 if second[one.kind, one.lot] else 0
            if never:
                return mask
            if always or self.passes(Subscription(one.clientid, "", f"cmd/{one.clientid}/#", 1)):
                mask |= 1
            return mask

        return test


def unshared(topic: str) -> str:
    """The topic filter that is shared; any other as it is."""
    if topic.startswith("$share/") and topic.count("/") > 1:
        return topic.split("/", 2)[2]
    return topic.removeprefix("$queue/")


class Search:
    """Filters over one cluster; the last ones are remembered."""

    _REMEMBERED = 8

    def __init__(self, population: Population) -> None:
        self._population = population
        self._scans: dict[ClientFilter | SubscriptionFilter, Scan] = {}

    def clients(
        self, now: float, nodes: list[Node], wanted: ClientFilter, offset: int, limit: int
    ) -> tuple[list[Client], bool]:
        """The clients that pass, from `offset` on, at most `limit`; and whether there are more."""
        places, more = self._scan(wanted).rows(now, nodes, offset, limit)
        return [self._population.at(node, number, now) for node, number, _ in places], more

    def count(self, now: float, nodes: list[Node], wanted: ClientFilter) -> int:
        """How many pass."""
        return self._scan(wanted).count(now, nodes)

    def count_subscriptions(self, now: float, nodes: list[Node], wanted: SubscriptionFilter) -> int:
        """How many pass."""
        count = self._scan(wanted).count(now, nodes)
        count += sum(wanted.passes(row) for row in self._population.added_subscriptions(now, nodes))
        for clientid, topic in self._population.unsubscribed:
            client = self._population.find(clientid, now, nodes)
            usual = self._population.usual_subscriptions(client) if client is not None else []
            count -= sum(row.topic == topic and wanted.passes(row) for row in usual)
        return count

    def subscriptions(
        self, now: float, nodes: list[Node], wanted: SubscriptionFilter, offset: int, limit: int
    ) -> tuple[list[Subscription], bool]:
        """The subscriptions that pass, from `offset` on, at most `limit`; and whether there are more.

        Those that were subscribed by hand come last; those that were unsubscribed leave a gap in their page.
        """
        places, more = self._scan(wanted).rows(now, nodes, offset, limit)
        rows = []
        gone = self._population.unsubscribed
        for node, number, place in places:
            client = self._population.at(node, number, now)
            row = self._population.usual_subscriptions(client)[place]
            if (row.clientid, row.topic) not in gone:
                rows.append(row)
        if not more:
            rows += [row for row in self._population.added_subscriptions(now, nodes) if wanted.passes(row)]
        return rows, more

    def _scan(self, wanted: ClientFilter | SubscriptionFilter) -> Scan:
        scan = self._scans.pop(wanted, None) or Scan(self._population, wanted.test())
        self._scans[wanted] = scan
        if len(self._scans) > self._REMEMBERED:
            del self._scans[next(iter(self._scans))]
        return scan
