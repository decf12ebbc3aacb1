"""What brokers tell of who may do what, against every recording: bans, authentication, authorization."""

import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from emqx_tui.api import v4_access
from emqx_tui.api.v4_access import FOR_EVER
from emqx_tui.domain.access import Check, Standing, Undecided
from emqx_tui.domain.broker import Broker, Remembered
from emqx_tui.domain.errors import Forbidden, Unsupported
from emqx_tui.domain.listing import EVERYTHING
from emqx_tui.domain.models import Kind
from recorded import Connect, asked, recorded_bodies
from tape import Tape


SINGLE = "emqx-5.8.9-single"
AUTHENTICATOR = "/authentication/password_based:built_in_database/status"
SOURCE = "/authorization/sources/file/status"


async def emqx5(connect: Connect, tape: Tape) -> Broker:
    base = tape.url + "/api/v5"
    return await connect(base, remembered=Remembered(base, Kind.EMQX5))


@pytest.mark.parametrize(("recorded", "body"), recorded_bodies("emqx-5", "/authentication"))
async def test_the_authentication_chain_of_emqx_5(connect: Connect, recorded: str, body: Any) -> None:  # noqa: ANN401
    page = await asked(connect, recorded, "/authentication", body, "authenticators")
    assert page.items == [
        Check(row["id"], place, row["mechanism"], row["backend"], row["enable"]) for place, row in enumerate(body, 1)
    ]


@pytest.mark.parametrize(("recorded", "body"), recorded_bodies("emqx-5", "/authorization/sources"))
async def test_the_authorization_sources_of_emqx_5(connect: Connect, recorded: str, body: Any) -> None:  # noqa: ANN401
    page = await asked(connect, recorded, "/authorization/sources", body, "authorization_sources")
    assert page.items == [
        Check(row["type"], place, "", row["type"], row["enable"]) for place, row in enumerate(body["sources"], 1)
    ]
    assert page.items


def test_there_are_recordings_of_everything() -> None:
    for path in ("/authentication", AUTHENTICATOR, "/authorization/sources", SOURCE, "/authorization/settings"):
        assert recorded_bodies("emqx-5", path), path
    assert recorded_bodies("emqx-4", "/plugins")


@pytest.mark.parametrize(
    ("path", "check", "question"),
    [
        (AUTHENTICATOR, Check("password_based:built_in_database"), "authenticator_standing"),
        (SOURCE, Check("file"), "source_standing"),
    ],
)
async def test_how_one_of_a_chain_stands(connect: Connect, path: str, check: Check, question: str) -> None:
    for parameter in recorded_bodies("emqx-5", path):
        recorded, body = parameter.values
        async with Tape(str(recorded)) as tape:
            tape.answer("/api/v5" + path, body=body)
            found = await getattr(await emqx5(connect, tape), question)(check)
        assert isinstance(found, Standing)
        assert (found.status, dict(found.counts)) == (body["status"], body["metrics"])
        assert [(one.node, one.status, one.reason, dict(one.counts)) for one in found.nodes] == [
            (state["node"], state["status"], "", figures["metrics"])
            for state, figures in zip(body["node_status"], body["node_metrics"], strict=True)
        ]
        assert found.calls == {}


async def test_a_node_says_why_it_does_not_reach_a_backend_and_never_a_secret(connect: Connect) -> None:
    answer = {
        "status": "inconsistent",
        "node_status": [{"node": "emqx@a", "status": "connected"}, {"node": "emqx@b", "status": "disconnected"}],
        "node_error": [{"node": "emqx@b", "error": 'timeout: mysql://root:hunter2@db, password = "hunter3"'}],
        "metrics": {"total": 3, "success": 1, "failed": 2, "nomatch": 0, "rate": 1.5, "told": "x"},
        "resource_metrics": {"matched": 3, "late_reply": 1, "failed": 2},
    }
    async with Tape(SINGLE) as tape:
        tape.answer("/api/v5/authentication", body=answer)
        found = await (await emqx5(connect, tape)).authenticator_standing(Check("password_based:mysql"))
        assert tape.requests[-1].target == "/api/v5/authentication/password_based:mysql/status"
    assert [(one.node, one.status) for one in found.nodes] == [("emqx@a", "connected"), ("emqx@b", "disconnected")]
    assert found.nodes[1].reason.startswith("timeout")
    assert "hunter" not in repr(found)
    assert found.counts == {"total": 3, "success": 1, "failed": 2, "nomatch": 0, "rate": 1.5}
    assert found.calls == {"matched": 3, "late_reply": 1, "failed": 2}


async def test_nothing_of_a_configuration_is_kept_but_what_it_is(connect: Connect) -> None:
    row = {
        "mechanism": "password_based",
        "backend": "mysql",
        "enable": True,
        "password": "hunter2",
        "server": "db.example:3306",
        "query": "SELECT hunter3",
    }
    async with Tape(SINGLE) as tape:
        tape.answer("/api/v5/authentication", body=[row, {"odd": 1}, "text"])
        page = await (await emqx5(connect, tape)).authenticators(EVERYTHING, None)
    assert page.items == [Check("password_based:mysql", 1, "password_based", "mysql", enabled=True)]
    assert "hunter" not in repr(page)


async def test_what_becomes_of_what_no_source_decides(connect: Connect) -> None:
    async with Tape("emqx-5.8.9-resources") as tape:
        assert await (await emqx5(connect, tape)).undecided() == Undecided("allow", "ignore", cached=True)


async def test_a_key_without_the_scope_is_told_which_one_it_needs(connect: Connect) -> None:
    body = {"code": "UNAUTHORIZED_ROLE", "message": "no"}
    async with Tape(SINGLE) as tape:
        broker = await emqx5(connect, tape)
        for path, question in (
            ("/authentication", broker.authenticators),
            ("/authorization", broker.authorization_sources),
        ):
            tape.answer("/api/v5" + path, status=403, body=body)
            with pytest.raises(Forbidden) as refused:
                await question(EVERYTHING, None)
            assert refused.value.scope == "access_control"


# EMQX 4


@pytest.mark.parametrize(("recorded", "body"), recorded_bodies("emqx-4", "/plugins"))
async def test_plugins_of_emqx_4_that_authenticate(connect: Connect, recorded: str, body: Any) -> None:  # noqa: ANN401
    page = await asked(connect, recorded, "/plugins", body, "authenticators")
    nodes = [row["node"] for row in body["data"]]
    assert [(one.id, one.mechanism, one.backend, one.place, one.enabled) for one in page.items] == [
        (f"emqx_auth_{backend}", "plugin", backend, None, False) for backend in ("http", "jwt", "mnesia")
    ]
    for one in page.items:
        assert [(node.node, node.status) for node in one.standing.nodes] == [(node, "disabled") for node in nodes]


async def test_a_plugin_that_runs_on_one_of_two_nodes_is_inconsistent(connect: Connect) -> None:
    def node(name: str, active: bool) -> dict[str, object]:
        return {"node": name, "plugins": [{"name": "emqx_auth_http", "active": active, "type": "auth"}]}

    page = await asked(
        connect, "emqx-4.4.19-cluster", "/plugins", {"code": 0, "data": [node("a", True), node("b", False)]},
        "authenticators",
    )  # fmt: skip
    assert [(one.id, one.enabled, one.standing.status) for one in page.items] == [
        ("emqx_auth_http", True, "inconsistent")
    ]


async def test_authorization_of_emqx_4_has_the_file_as_well(connect: Connect) -> None:
    async with Tape("emqx-4.4.19-resources") as tape:
        base = tape.url + "/api/v4"
        broker = await connect(base, remembered=Remembered(base, Kind.EMQX4))
        page = await broker.authorization_sources(EVERYTHING, None)
    assert [(one.id, one.mechanism, one.backend) for one in page.items][-1] == (
        "emqx_mod_acl_internal",
        "module",
        "file",
    )
    assert page.items[-1].enabled is True


@pytest.mark.parametrize("question", ["authenticators", "authorization_sources", "plugins", "license", "cluster_nodes"])
async def test_nanomq_has_none_of_it(connect: Connect, question: str) -> None:
    async with Tape("nanomq-0.25.3") as tape:
        base = tape.url + "/api/v4"
        broker = await connect(base, remembered=Remembered(base, Kind.NANOMQ))
        with pytest.raises(Unsupported):
            await getattr(broker, question)(EVERYTHING, None)


# Bans

BANS = [
    {"as": "clientid", "who": "pump-1", "until": "infinity"},
    {"as": "clientid_re", "who": "^pump-.*", "until": "infinity"},
    {"as": "username", "who": "pump", "until": "infinity"},
    {"as": "peerhost", "who": "192.0.2.7", "until": "infinity"},
    {"as": "peerhost_net", "who": "192.0.2.0/24", "until": "infinity"},
]


@pytest.mark.parametrize(
    ("query", "kinds"),
    [
        ({}, ["clientid", "clientid_re", "username", "peerhost", "peerhost_net"]),
        ({"clientid": "pump-1"}, ["clientid"]),
        ({"clientid": "pump"}, []),
        ({"like_clientid": "pump"}, ["clientid", "clientid_re"]),
        ({"like_username": "pum"}, ["username"]),
        ({"like_peerhost": "192.0"}, ["peerhost"]),
        ({"like_peerhost_net": "192.0"}, ["peerhost_net"]),
        ({"peerhost": "192.0.2.7"}, ["peerhost"]),
    ],
)
async def test_bans_are_filtered_also_where_the_broker_takes_no_filters(
    connect: Connect, query: dict[str, str], kinds: list[str]
) -> None:
    async with Tape(SINGLE) as tape:
        tape.answer("/api/v5/banned", body={"data": BANS, "meta": {"page": 1, "limit": 1000, "count": 5}})
        page = await (await emqx5(connect, tape)).bans(query, None)
        sent = tape.requests[-1].target
    assert [one.kind for one in page.items] == kinds
    assert all(f"{name}=" in sent for name in query), json.dumps(sent)


@pytest.mark.parametrize(
    ("query", "sent"),
    [
        ({"like_clientid": "a+b.(c"}, {"like_clientid": r"a\+b\.\(c"}),
        ({"clientid": "a+b"}, {"clientid": "a+b"}),
        ({"like_peerhost": "192.0", "peerhost": "192.0.2.7"}, {"peerhost": "192.0.2.7"}),
        ({"like_clientid": "pump", "like_username": "x"}, {"like_clientid": "pump"}),
    ],
)
async def test_emqx_takes_one_filter_of_bans_and_a_part_as_a_pattern(
    connect: Connect, query: dict[str, str], sent: dict[str, str]
) -> None:
    """Two are refused (`too_many_filters`), and a part is looked for as a regular expression (5.8.1, source)."""
    async with Tape(SINGLE) as tape:
        tape.answer("/api/v5/banned", body={"data": BANS, "meta": {"page": 1, "limit": 1000, "count": 5}})
        await (await emqx5(connect, tape)).bans(query, None)
        asked_for = dict(parse_qsl(urlsplit(tape.requests[-1].target).query))
    assert asked_for == {**sent, "page": "1", "limit": "1000"}


@pytest.mark.parametrize("until", [FOR_EVER, "infinity"])
def test_a_ban_without_an_end_is_for_ever_on_emqx_4_too(until: object) -> None:
    found = v4_access.ban({"who": "c1", "as": "clientid", "by": "emqx-tui", "at": 1709629000, "until": until})
    assert found is not None
    assert (found.until, found.forever) == (None, True)


def test_a_ban_of_emqx_4_that_ends_has_its_end() -> None:
    found = v4_access.ban({"who": "c1", "as": "clientid", "at": 1709629000, "until": 1709632600})
    assert found is not None
    assert (found.until, found.forever) == (1709632600.0, False)
