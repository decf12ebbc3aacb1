"""Clients as real brokers tell of them, and as they are asked for: pages, cursors, filters, zones, one alone."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from emqx_tui.api import nanomq_clients
from emqx_tui.domain.clients import Client, ClientDetail, Subscribed, moment_of
from emqx_tui.domain.errors import BadRequest, Forbidden, NotFound, ServerError
from emqx_tui.domain.models import Kind
from recorded import RECORDINGS, Connect, base_of, known
from tape import Tape


SETS = [
    *("emqx-4.4.19-single", "emqx-4.4.19-cluster", "emqx-4.4.19-resources"),
    *("emqx-5.8.9-single", "emqx-5.8.9-cluster", "emqx-5.8.9-resources", "nanomq-0.25.3"),
]
NOW = 1_795_000_000.0


def recorded_rows(recorded: str) -> list[dict[str, Any]]:
    """Every different client of a set, whichever question brought it, apart from those of which not all was asked."""
    found: dict[str, dict[str, Any]] = {}
    for line in (RECORDINGS / f"{recorded}.jsonl").read_text("utf-8").splitlines():
        exchange = json.loads(line)
        body, path = exchange.get("body"), exchange["request"]["path"]
        if "/clients" not in path or exchange["status"] != 200 or "fields=client" in path:
            continue
        rows = body["data"] if isinstance(body, dict) and "data" in body else [body]
        for row in rows if isinstance(rows, list) else []:
            if isinstance(row, dict) and ("proto_ver" in row):
                found.setdefault(json.dumps(row, sort_keys=True), row)
    return list(found.values())


def targets(tape: Tape) -> list[tuple[str, dict[str, str]]]:
    """The paths that were asked, with their parameters; the fields that are wanted are left out."""
    parts = [urlsplit(seen.target) for seen in tape.requests]
    read = [(one.path, dict(parse_qsl(one.query))) for one in parts]
    return [(path, {name: value for name, value in query.items() if name != "fields"}) for path, query in read]


def in_utc(text: str | None) -> float | None:
    return None if text is None else datetime.fromisoformat(text).timestamp()


def at_utc(text: str | None) -> float | None:
    return None if text is None else datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


# What is told


@pytest.mark.parametrize("recorded", [one for one in SETS if one.startswith("emqx-5")])
async def test_every_field_of_every_recorded_client_of_emqx_5(connect: Connect, recorded: str) -> None:
    rows = recorded_rows(recorded)
    assert len(rows) >= 10
    async with Tape(recorded) as tape:
        tape.answer("/api/v5/clients", body={"data": rows, "meta": {"page": 1, "limit": 500, "hasnext": False}})
        page = await (await known(connect, tape, recorded)).clients({}, None)
    for row, one in zip(rows, page.items, strict=True):
        assert one == Client(
            clientid=row["clientid"],
            username=row["username"],
            node=row["node"],
            connected=row["connected"],
            address=row["ip_address"],
            listener=row["listener"],
            mountpoint=row["mountpoint"],
            protocol_name=row["proto_name"],
            clean_start=row["clean_start"],
            durable=row["durable"],
            bridge=row["is_bridge"],
            connected_at=in_utc(row["connected_at"]),
            created_at=in_utc(row["created_at"]),
            disconnected_at=in_utc(row.get("disconnected_at")),
            subscriptions_max=None,
            queue_max=row["mqueue_max"],
            inflight_max=row["inflight_max"],
            awaiting_max=row["awaiting_rel_max"],
            port=row["port"],
            protocol=row["proto_ver"],
            keepalive=row["keepalive"],
            expiry=row["expiry_interval"],
            subscriptions=row["subscriptions_cnt"],
            queue=row["mqueue_len"],
            queue_dropped=row["mqueue_dropped"],
            inflight=row["inflight_cnt"],
            awaiting=row["awaiting_rel_cnt"],
            mailbox=row["mailbox_len"],
            heap=row["heap_size"],
            reductions=row["reductions"],
            received=row["recv_msg"],
            received_dropped=row["recv_msg.dropped"],
            received_packets=row["recv_pkt"],
            received_bytes=row.get("recv_oct"),
            sent=row["send_msg"],
            sent_dropped=row["send_msg.dropped"],
            sent_packets=row["send_pkt"],
            sent_bytes=row.get("send_oct"),
        )


@pytest.mark.parametrize("recorded", [one for one in SETS if one.startswith("emqx-4")])
async def test_every_field_of_every_recorded_client_of_emqx_4(connect: Connect, recorded: str) -> None:
    rows = recorded_rows(recorded)
    assert len(rows) >= 10
    async with Tape(recorded) as tape:
        nodes = {row["node"] for row in rows}
        # Their clocks are three hours ahead of what the answer gives as UTC.
        brokers = [{"node": name, "datetime": "2026-11-21 22:15:02"} for name in nodes]
        date = format_datetime(datetime(2026, 11, 21, 19, 14, 50, tzinfo=UTC), usegmt=True)
        tape.answer("/api/v4/brokers", body={"code": 0, "data": brokers}, headers={"Date": date})
        meta = {"page": 1, "limit": 500, "hasnext": False, "count": len(rows)}
        tape.answer("/api/v4/clients", body={"code": 0, "data": rows, "meta": meta})
        page = await (await known(connect, tape, recorded)).clients({}, None)
    for row, one in zip(rows, page.items, strict=True):
        left = at_utc(row.get("disconnected_at"))
        assert one == Client(
            clientid=row["clientid"],
            username=None if row["username"] == "undefined" else row["username"],
            node=row["node"],
            connected=row["connected"],
            address=row["ip_address"],
            zone=row["zone"],
            protocol_name=row["proto_name"],
            clean_start=row["clean_start"],
            bridge=row["is_bridge"],
            connected_at=(at_utc(row["connected_at"]) or 0) - 3 * 3600,
            created_at=(at_utc(row["created_at"]) or 0) - 3 * 3600,
            disconnected_at=None if left is None else left - 3 * 3600,
            queue_max=row["max_mqueue"],
            inflight_max=row["max_inflight"],
            awaiting_max=row["max_awaiting_rel"],
            port=row["port"],
            protocol=row["proto_ver"],
            keepalive=row["keepalive"],
            expiry=row["expiry_interval"],
            subscriptions=row["subscriptions_cnt"],
            queue=row["mqueue_len"],
            queue_dropped=row["mqueue_dropped"],
            inflight=row["inflight"],
            awaiting=row["awaiting_rel"],
            mailbox=row["mailbox_len"],
            heap=row["heap_size"],
            reductions=row["reductions"],
            received=row["recv_msg"],
            received_dropped=row["recv_msg.dropped"],
            received_packets=row["recv_pkt"],
            received_bytes=row.get("recv_oct"),
            sent=row["send_msg"],
            sent_dropped=row["send_msg.dropped"],
            sent_packets=row["send_pkt"],
            sent_bytes=row.get("send_oct"),
        )


async def test_every_field_of_every_recorded_client_of_nanomq(connect: Connect) -> None:
    rows = recorded_rows("nanomq-0.25.3")
    assert len(rows) >= 10
    async with Tape("nanomq-0.25.3") as tape:
        tape.answer("/api/v4/clients", body={"code": 0, "data": rows})
        page = await (await known(connect, tape, "nanomq-0.25.3")).clients({}, None)
    assert (page.after, page.total) == (None, len(rows))
    for row, one in zip(rows, page.items, strict=True):
        assert one == Client(
            clientid=row["client_id"],
            username=row["username"] or None,
            connected=row["conn_state"] == "connected",
            protocol_name=row["proto_name"],
            clean_start=row["clean_start"] if row["conn_state"] == "connected" else None,
            protocol=row["proto_ver"],
            keepalive=row["keepalive"],
        )


def test_nanomq_does_not_say_how_a_session_began_whose_client_is_away() -> None:
    """It says `true` of each of them, also of one that connected with false and so was kept."""
    away = nanomq_clients.client({"client_id": "c1", "conn_state": "disconnected", "clean_start": True})
    here = nanomq_clients.client({"client_id": "c1", "conn_state": "connected", "clean_start": True})
    assert away is not None
    assert here is not None
    assert (away.clean_start, here.clean_start) == (None, True)


@pytest.mark.parametrize("recorded", ["emqx-4.4.19-single", "emqx-5.8.9-single", "emqx-5.8.9-cluster", "nanomq-0.25.3"])
async def test_a_recorded_broker_is_asked_as_it_wants_to_be(connect: Connect, recorded: str) -> None:
    async with Tape(recorded) as tape:
        page = await (await known(connect, tape, recorded)).clients({}, None)
    assert len(page.items) >= 8
    assert page.after is None
    assert page.total == len(page.items)
    assert len({one.id for one in page.items}) == len(page.items)


async def test_a_client_of_which_nothing_but_its_id_is_known(connect: Connect) -> None:
    rows: list[Any] = [{"clientid": "a"}, {"clientid": None}, {}, "no row", {"clientid": "null", "username": "none"}]
    async with Tape("emqx-5.8.9-cluster") as tape:
        tape.answer("/api/v5/clients", body={"data": rows, "meta": {}})
        page = await (await known(connect, tape, "emqx-5.8.9-cluster")).clients({}, None)
    assert page.items == [Client("a"), Client("null", username="none")]


async def test_figures_that_are_no_figures_are_missing(connect: Connect) -> None:
    bad = {"mqueue_len": -1, "mqueue_max": "infinity", "inflight_cnt": "7", "inflight_max": 0, "port": True}
    rows = [{"clientid": "a", **bad, "mailbox_len": 2**70, "connected": "yes", "heap_size": None, "recv_msg": [1]}]
    async with Tape("emqx-5.8.9-cluster") as tape:
        tape.answer("/api/v5/clients", body={"data": rows, "meta": {}})
        page = await (await known(connect, tape, "emqx-5.8.9-cluster")).clients({}, None)
    assert page.items == [Client("a", inflight=7)]


async def test_an_id_that_cannot_be_shown_is_kept_for_asking(connect: Connect) -> None:
    hostile = "a/\x1b[2J"
    async with Tape("emqx-5.8.9-cluster") as tape:
        tape.answer("/api/v5/clients_v2", status=404, body={"code": "NOT_FOUND", "message": "x"})
        tape.answer("/api/v5/clients", body={"data": [{"clientid": hostile}], "meta": {}})
        broker = await known(connect, tape, "emqx-5.8.9-cluster")
        (one,) = (await broker.clients({}, None)).items
        assert (one.clientid, one.id) == ("a/\u241b[2J", hostile)
        tape.answer("/api/v5/clients/a%2F%1B%5B2J", body={"clientid": hostile, "connected": True})
        tape.answer("/api/v5/clients/a%2F%1B%5B2J/subscriptions", body=[])
        tape.requests.clear()
        assert (await broker.client(one)).client == one._replace(connected=True)
        assert tape.requests[0].target == "/api/v5/clients/a%2F%1B%5B2J"


# Local times


async def test_local_times_of_a_node_whose_clock_is_not_known_are_told_as_they_are(connect: Connect) -> None:
    async with Tape("emqx-4.4.19-cluster") as tape:
        tape.hang("/api/v4/brokers/x")
        tape.answer("/api/v4/brokers", status=500, text="Internal Error")
        broker = await known(connect, tape, "emqx-4.4.19-cluster")
        first = (await broker.clients({}, None)).items[0]
        assert (first.connected_at, first.created_at) == (None, None)
        assert first.local_time is not None
        assert datetime.fromisoformat(first.local_time).year == 2026
        tape.forget("/api/v4/brokers")
        again = (await broker.clients({}, None)).items[0]
        assert again.local_time is None, "the next page asks again"
        assert again.connected_at is not None
        asked = [path for path, _ in targets(tape)].count("/api/v4/brokers")
        await broker.clients({}, None)
        assert [path for path, _ in targets(tape)].count("/api/v4/brokers") == asked, "it is known"


# How pages are asked for


def rows(numbers: Sequence[int]) -> list[dict[str, Any]]:
    return [{"clientid": f"c{number}"} for number in numbers]


async def test_pages_go_on_from_a_cursor_where_there_is_one_and_the_total_is_asked_for_beside(
    connect: Connect,
) -> None:
    async with Tape("emqx-5.8.9-cluster") as tape:
        tape.answer("/api/v5/clients_v2", body={"data": rows(range(2)), "meta": {"count": 2, "cursor": "abc=="}})
        broker = await known(connect, tape, "emqx-5.8.9-cluster")
        page = await broker.clients({}, None, 2)
        assert [one.clientid for one in page.items] == ["c0", "c1"]
        assert page.total == 35
        assert sorted(targets(tape), key=str) == [
            ("/api/v5/clients", {"limit": "1"}),
            ("/api/v5/clients_v2", {"limit": "2"}),
        ]
        tape.requests.clear()
        tape.answer("/api/v5/clients_v2", body={"data": rows([2]), "meta": {"count": 1}})
        last = await broker.clients({}, page.after, 2)
        assert targets(tape) == [("/api/v5/clients_v2", {"cursor": "abc==", "limit": "2"})]
        assert (last.after, last.total) == (None, None)


@pytest.mark.parametrize("status", [404, 405])
async def test_a_cursor_that_is_not_offered_is_tried_once(connect: Connect, status: int) -> None:
    async with Tape("emqx-5.8.9-cluster") as tape:
        tape.answer("/api/v5/clients_v2", status=status, text="")
        broker = await known(connect, tape, "emqx-5.8.9-cluster")
        for _ in range(3):
            await broker.clients({}, None)
        paths = [path for path, _ in targets(tape)]
        assert paths.count("/api/v5/clients_v2") == 1
        assert paths.count("/api/v5/clients") == 4, "the total was asked for once"


async def test_fields_that_a_version_does_not_know_are_no_longer_named(connect: Connect) -> None:
    async with Tape("emqx-5.8.9-cluster") as tape:
        tape.answer("/api/v5/clients_v2", status=404, text="")
        broker = await known(connect, tape, "emqx-5.8.9-cluster")
        tape.answer("/api/v5/clients", status=400, body={"code": "BAD_REQUEST", "message": "fields"})
        with pytest.raises(BadRequest):
            await broker.clients({}, None)
        assert "fields=" in tape.requests[-2].target
        assert "fields=" not in tape.requests[-1].target


async def test_a_filter_that_is_refused_is_told_and_does_not_change_how_pages_are_asked_for(connect: Connect) -> None:
    async with Tape("emqx-5.8.9-cluster") as tape:
        tape.answer("/api/v5/clients_v2", body={"data": rows([1]), "meta": {}})
        broker = await known(connect, tape, "emqx-5.8.9-cluster")
        await broker.clients({}, None)
        tape.answer("/api/v5/clients_v2", status=400, body={"code": "BAD_REQUEST", "message": "no address"})
        with pytest.raises(BadRequest):
            await broker.clients({"ip_address": "x"}, None)
        tape.forget("/api/v5/clients_v2")
        tape.answer("/api/v5/clients_v2", body={"data": rows([1]), "meta": {}})
        tape.requests.clear()
        await broker.clients({"username": "u"}, None)
        assert targets(tape) == [("/api/v5/clients_v2", {"username": "u", "limit": "500"})]


async def test_one_node_is_asked_for_where_its_name_is_no_unknown_parameter(connect: Connect) -> None:
    """`/clients_v2` has no `node` (EMQX 5.8 source), and so would give the clients of all nodes."""
    node = "emqx51@127.0.0.1"
    meta = {"page": 1, "limit": 2, "hasnext": True, "count": 9}
    async with Tape("emqx-5.8.9-cluster") as tape:
        tape.answer("/api/v5/clients_v2", body={"data": rows([1]), "meta": {"count": 1, "cursor": "abc"}})
        tape.answer("/api/v5/clients", body={"data": rows(range(2)), "meta": meta})
        broker = await known(connect, tape, "emqx-5.8.9-cluster")
        for query in ({"node": node}, {"node": node, "like_clientid": "pump"}):
            tape.requests.clear()
            page = await broker.clients(query, None, 2)
            await broker.clients(query, page.after, 2)
            assert targets(tape) == [("/api/v5/clients", {**query, "page": at, "limit": "2"}) for at in ("1", "2")]
        tape.requests.clear()
        await broker.clients({"like_clientid": "pump"}, None, 2)
        assert targets(tape) == [("/api/v5/clients_v2", {"like_clientid": "pump", "limit": "2"})]


async def test_the_next_page_of_one_node_names_no_fields_that_were_refused(connect: Connect) -> None:
    async with Tape("emqx-5.8.9-cluster") as tape:
        broker = await known(connect, tape, "emqx-5.8.9-cluster")
        tape.answer("/api/v5/clients", status=400, body={"code": "BAD_REQUEST", "message": "fields"})
        with pytest.raises(BadRequest):
            await broker.clients({"node": "a@b"}, None)
        assert ["fields=" in one.target for one in tape.requests[-2:]] == [True, False]


async def test_pages_go_by_number_where_there_is_no_cursor_and_never_by_the_count(connect: Connect) -> None:
    async with Tape("emqx-5.8.9-cluster") as tape:
        tape.answer("/api/v5/clients_v2", status=404, text="")
        meta = {"page": 1, "limit": 2, "hasnext": True, "count": 1}
        tape.answer("/api/v5/clients", body={"data": rows(range(2)), "meta": meta})
        broker = await known(connect, tape, "emqx-5.8.9-cluster")
        page = await broker.clients({}, None, 2)
        assert (page.after, page.total) == ("2", 1)
        tape.requests.clear()
        await broker.clients({}, page.after, 2)
        assert targets(tape) == [("/api/v5/clients", {"page": "2", "limit": "2"})]


async def test_serverless_is_asked_in_both_styles(connect: Connect) -> None:
    async with Tape("emqx-5.8.9-cluster") as tape:
        broker = await known(connect, tape, "emqx-5.8.9-cluster", Kind.SERVERLESS)
        await broker.clients({"like_clientid": "pub"}, None)
        path, query = targets(tape)[-1]
        assert path == "/api/v5/clients"
        assert query == {
            "like_clientid": "pub",
            "_like_clientid": "pub",
            "page": "1",
            "_page": "1",
            "limit": "500",
            "_limit": "500",
        }


# Filters

FILTERS = [
    ({"like_clientid": "pub"}, {"like_clientid": "pub"}, {"_like_clientid": "pub"}),
    ({"like_username": "use"}, {"like_username": "use"}, {"_like_username": "use"}),
    ({"username": "user1"}, {"username": "user1"}, {"username": "user1"}),
    ({"ip_address": "10.0.0.1"}, {"ip_address": "10.0.0.1"}, {"ip_address": "10.0.0.1"}),
    ({"state": "disconnected"}, {"conn_state": "disconnected"}, {"conn_state": "disconnected"}),
    ({"proto": "3.1.1"}, {"proto_ver": "4"}, {"proto_ver": "4"}),
    ({"proto": "5"}, {"proto_ver": "5"}, {"proto_ver": "5"}),
    (
        {"connected_since": "2026-11-21T19:00:00Z"},
        {"gte_connected_at": "1795287600000"},
        {"_gte_connected_at": "1795287600"},
    ),
    ({"clientid": "a", "state": "connected"}, {"clientid": "a", "conn_state": "connected"}, None),
]


@pytest.mark.parametrize(("query", "v5", "v4"), FILTERS)
async def test_a_filter_is_asked_for_in_the_words_of_each_generation(
    connect: Connect, query: dict[str, str], v5: dict[str, str], v4: dict[str, str] | None
) -> None:
    async with Tape("emqx-5.8.9-cluster") as tape:
        await (await known(connect, tape, "emqx-5.8.9-cluster")).clients(query, None)
        assert targets(tape)[-1] == ("/api/v5/clients", {**v5, "page": "1", "limit": "500"})
    async with Tape("emqx-4.4.19-cluster") as tape:
        await (await known(connect, tape, "emqx-4.4.19-cluster")).clients(query, None)
        wanted = {**(v5 if v4 is None else v4), "_page": "1", "_limit": "500"}
        assert ("/api/v4/clients", wanted) in targets(tape)


async def test_the_clients_of_one_node(connect: Connect) -> None:
    node = "emqx42@127.0.0.1"
    async with Tape("emqx-4.4.19-cluster") as tape:
        broker = await known(connect, tape, "emqx-4.4.19-cluster")
        page = await broker.clients({"node": node}, None)
        assert {one.node for one in page.items} == {node}
        assert (f"/api/v4/nodes/{node}/clients", {"_page": "1", "_limit": "500"}) in targets(tape)
        with pytest.raises(NotFound):
            await broker.clients({"node": "nosuch@127.0.0.1"}, None)
    async with Tape("emqx-5.8.9-cluster") as tape:
        broker = await known(connect, tape, "emqx-5.8.9-cluster")
        tape.answer("/api/v5/clients", status=500, body={"code": "NODE_DOWN", "message": "invalid node"})
        with pytest.raises(ServerError) as told:
            await broker.clients({"node": "emqx@10.9.9.9"}, None)
        assert told.value.code == "NODE_DOWN"


@pytest.mark.parametrize("recorded", ["emqx-4.4.19-cluster", "emqx-5.8.9-cluster"])
async def test_one_id_alone_is_looked_up_and_nobody_is_nobody(connect: Connect, recorded: str) -> None:
    async with Tape(recorded.replace("cluster", "resources")) as tape:
        broker = await known(connect, tape, recorded)
        page = await broker.clients({"clientid": "sub-00"}, None)
        assert [one.clientid for one in page.items] == ["sub-00"]
        assert (f"{base_of(recorded)}/clients/sub-00", {}) in targets(tape)
        tape.answer("/api/v4/clients/nope", body={"code": 0, "data": []})
        assert (await broker.clients({"clientid": "nope"}, None)).items == []


@pytest.mark.parametrize("recorded", ["emqx-4.4.19-cluster", "emqx-5.8.9-cluster"])
async def test_a_time_that_is_none_is_not_even_asked_for(connect: Connect, recorded: str) -> None:
    async with Tape(recorded) as tape:
        broker = await known(connect, tape, recorded)
        with pytest.raises(BadRequest) as told:
            await broker.clients({"connected_since": "soon"}, None)
        assert told.value.detail == "connected_since=soon"
        assert not [path for path, _ in targets(tape) if "clients" in path]


def test_a_time_can_be_said_as_how_long_ago() -> None:
    assert moment_of("2h", NOW) == NOW - 7200
    assert moment_of("1d12h", NOW) == NOW - 129_600
    assert moment_of("90s", NOW) == NOW - 90
    assert moment_of("2026-11-21T19:00:00+00:00", NOW) == 1_795_287_600
    assert moment_of("2026-11-21T20:00:00+01:00", NOW) == 1_795_287_600
    assert moment_of("2026-11-21", NOW) == 1_795_219_200
    for text in ("", "soon", "2", "h", "2h ago", "99999999999999d"):
        assert moment_of(text, NOW) is None, text


@pytest.mark.parametrize(
    ("query", "asked", "found"),
    [
        ({"clientid": "dev-01"}, {"clientid": "dev-01"}, ["dev-01"]),
        ({"clientid": "plant/a/07"}, {}, ["plant/a/07"]),
        ({"clientid": "nobody"}, {"clientid": "nobody"}, []),
        ({"like_clientid": "plant"}, {}, ["plant/a/07"]),
        ({"username": "bob smith"}, {}, None),
        ({"state": "disconnected"}, {"conn_state": "disconnected"}, None),
        ({"proto": "3.1.1"}, {"proto_ver": "4"}, None),
    ],
)
async def test_nanomq_is_asked_for_what_it_understands_and_the_rest_is_filtered_here(
    connect: Connect, query: dict[str, str], asked: dict[str, str], found: list[str] | None
) -> None:
    async with Tape("nanomq-0.25.3") as tape:
        broker = await known(connect, tape, "nanomq-0.25.3")
        page = await broker.clients(query, None)
        assert targets(tape) == [("/api/v4/clients", asked)]
    ids = [one.clientid for one in page.items]
    if found is not None:
        assert ids == found
    wanted = {
        "username": lambda one: one.username == "bob smith",
        "state": lambda one: one.connected is False,
        "proto": lambda one: one.protocol == 4,
    }
    for name, test in wanted.items():
        if name in query:
            assert page.items
            assert all(map(test, page.items))


# One client


async def test_a_client_of_emqx_5_with_its_traffic_and_its_subscriptions(connect: Connect) -> None:
    async with Tape("emqx-5.8.9-resources") as tape:
        broker = await known(connect, tape, "emqx-5.8.9-resources")
        told = await broker.client(Client("persist-0"))
    assert told.client is not None
    assert told.client.clientid == "persist-0"
    assert set(told.counters) >= {"recv_msg.qos0", "send_msg.qos2", "send_msg.dropped.queue_full"}
    assert told.subscriptions == [Subscribed("p/#", 2, True, True, 1)]


async def test_a_client_of_emqx_4_with_its_traffic_and_its_subscriptions(connect: Connect) -> None:
    async with Tape("emqx-4.4.19-resources") as tape:
        body = {"code": 0, "data": [{"node": "n", "clientid": "sub-00", "topic": "a/#", "qos": 1}]}
        tape.answer("/api/v4/subscriptions/sub-00", body=body)
        told = await (await known(connect, tape, "emqx-4.4.19-resources")).client(Client("sub-00"))
    assert told.client is not None
    assert told.counters["recv_msg.qos1"] >= 0
    assert told.subscriptions == [Subscribed("a/#", 1)]


async def test_a_client_of_nanomq_and_one_whose_id_cannot_stand_in_a_path(connect: Connect) -> None:
    async with Tape("nanomq-0.25.3") as tape:
        broker = await known(connect, tape, "nanomq-0.25.3")
        mine = {"clientid": "plant/a/07", "topic": "a/#", "qos": 1}
        tape.answer("/api/v4/subscriptions", body={"code": 0, "data": [mine, {"clientid": "other", "topic": "b"}]})
        tape.answer("/api/v4/subscriptions/dev-01", body={"code": 0, "data": []})
        for clientid in ("dev-01", "plant/a/07"):
            told = await broker.client(Client(clientid))
            assert told.client is not None
            assert told.client.clientid == clientid
            assert told.subscriptions == ([] if clientid == "dev-01" else [Subscribed("a/#", 1)])
        assert "/api/v4/subscriptions" in [path for path, _ in targets(tape)], "a slash would not be understood"


@pytest.mark.parametrize("recorded", ["emqx-4.4.19-resources", "emqx-5.8.9-resources", "nanomq-0.25.3"])
async def test_a_client_that_has_gone_meanwhile(connect: Connect, recorded: str) -> None:
    async with Tape(recorded) as tape:
        tape.answer("/api/v4/clients/nope", body={"code": 0, "data": []})
        broker = await known(connect, tape, recorded)
        assert await broker.client(Client("nope")) == ClientDetail(None)


async def test_a_client_whose_subscriptions_a_key_may_not_see(connect: Connect) -> None:
    async with Tape("emqx-5.8.9-resources") as tape:
        tape.answer("/api/v5/clients/sub-00/subscriptions", status=403, body={"code": "UNAUTHORIZED_ROLE"})
        broker = await known(connect, tape, "emqx-5.8.9-resources")
        told = await broker.client(Client("sub-00"))
        assert told.client is not None
        assert told.subscriptions is None
        tape.answer("/api/v5/clients/sub-00", status=403, body={"code": "UNAUTHORIZED_ROLE"})
        with pytest.raises(Forbidden):
            await broker.client(Client("sub-00"))
