"""What may be changed on a broker is a list, and nothing that is not on it can be asked for."""

import itertools
import json
from pathlib import Path
from urllib.parse import quote, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changes import DESTRUCTIVE, NO_NAMES, VERBS, WANTED
from emqx_tui.api import nanomq_changes, v4_changes, v5_changes
from emqx_tui.api.permitted import PERMITTED, encoded, permitted
from emqx_tui.domain.access import Ban
from emqx_tui.domain.changes import (
    AddBan,
    Change,
    Deactivate,
    DeleteRetained,
    Kick,
    Part,
    Publish,
    RemoveBan,
    ResetMetrics,
    Restart,
    Switch,
    Unsubscribe,
)
from emqx_tui.domain.errors import Unsupported
from emqx_tui.domain.models import Kind


RECORDINGS = Path(__file__).parents[1] / "recordings"


@pytest.mark.parametrize(("kind", "request_"), [(kind, one) for kind, some in WANTED.items() for one in sorted(some)])
def test_an_action_is_permitted(kind: Kind, request_: tuple[str, str]) -> None:
    assert permitted(kind, *request_) is not None


def test_the_list_has_nothing_that_is_not_wanted() -> None:
    """Every entry is the answer to a request above; whoever adds one adds it there."""
    for kind, wanted in WANTED.items():
        assert {permitted(kind, *one) for one in wanted} == set(PERMITTED[kind])
    assert PERMITTED[Kind.SERVERLESS] == PERMITTED[Kind.EMQX5]
    assert set(PERMITTED) == set(Kind)


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("request_", DESTRUCTIVE, ids=" ".join)
def test_what_destroys_more_than_one_thing_cannot_be_reached(kind: Kind, request_: tuple[str, str]) -> None:
    assert permitted(kind, *request_) is None


@pytest.mark.parametrize("kind", Kind)
def test_a_path_is_permitted_for_its_own_verb_only(kind: Kind) -> None:
    known = WANTED[Kind.EMQX5 if kind is Kind.SERVERLESS else kind]
    for verb, (_verb, path) in itertools.product(VERBS, known):
        assert (permitted(kind, verb, path) is not None) == ((verb, path) in known)
        assert permitted(kind, verb.lower(), path) is None
        assert permitted(kind, f"{verb} ", path) is None


TRICKS = [
    "{path}/",
    "/{path}",
    "{path}//",
    "//{path}",
    "/.{path}",
    "/..{path}",
    "{path}/.",
    "{path}/..",
    "{path}/../x",
    "{path}?node=n1",
    "{path}?",
    "{path}#x",
    "{path}\n",
    "{path} ",
    " {path}",
    "{path}%00",
    "{path}%2F",
    "{path}%2F..",
    "{path};x",
    "{path}\\..",
    "http://elsewhere{path}",
    "/api/v5{path}",
    "{path}\x00",
    "{path}é",
]


@pytest.mark.parametrize("trick", TRICKS)
@pytest.mark.parametrize("kind", Kind)
def test_a_path_with_anything_around_it_is_another_one(kind: Kind, trick: str) -> None:
    fixed = [entry for entry in PERMITTED[kind] if "{" not in entry.path]
    assert fixed
    for entry in fixed:
        assert permitted(kind, entry.method, trick.format(path=entry.path)) is None


@pytest.mark.parametrize("name", NO_NAMES)
@pytest.mark.parametrize("kind", [Kind.EMQX4, Kind.EMQX5])
def test_a_name_that_could_become_another_path_is_none(kind: Kind, name: str) -> None:
    named = [entry for entry in PERMITTED[kind] if entry.path.endswith(("{clientid}", "{topic}", "{who}", "{id}"))]
    assert len(named) >= 4
    for entry in named:
        path = entry.path.replace("{clientid|username|peerhost|clientid_re|username_re|peerhost_net}", "clientid")
        head = path.rpartition("/")[0]
        assert permitted(kind, entry.method, f"{head}/c1") is entry
        assert permitted(kind, entry.method, f"{head}/{name}") is None


@pytest.mark.parametrize(
    "name", ["c1", "a/b", "sensors/#", "+/x", "ä ö", "c:1@h", "100%", "a?b=c&d", "...", "a..b", "%41", "\u202e", "~._-"]
)
def test_a_name_of_a_client_or_a_topic_can_be_sent_encoded(name: str) -> None:
    assert permitted(Kind.EMQX5, "DELETE", f"/clients/{encoded(name)}") is not None
    assert unquote(encoded(name)) == name


@given(st.text(), st.sampled_from(["/clients/{}", "/mqtt/retainer/message/{}", "/banned/clientid/{}", "/rules/{}"]))
def test_no_name_whatever_leads_out_of_its_place(name: str, pattern: str) -> None:
    """A name is one segment, however often what is in between decodes and tidies the path."""
    path = pattern.format(quote(name, safe="", errors="replace"))
    for method in ("DELETE", "PUT"):
        if permitted(Kind.EMQX5, method, path) is None:
            continue
        decoded = path
        for _time in range(6):
            segments: list[str] = []
            for segment in decoded.replace("\\", "/").split("/"):
                assert segment not in {".", ".."}
                segments.append(segment)
            assert decoded.startswith(pattern.format(""))
            decoded = unquote(decoded)


def test_of_all_that_was_ever_sent_to_a_real_broker_only_actions_are_permitted() -> None:
    sent = set()
    for path in sorted(RECORDINGS.glob("*.jsonl")):
        kind = Kind.NANOMQ if "nanomq" in path.name else Kind.EMQX4 if "emqx-4" in path.name else Kind.EMQX5
        for line in path.read_text("utf-8").splitlines():
            asked = json.loads(line)["request"]
            below = asked["path"].removeprefix("/api/v4").removeprefix("/api/v5")
            if (entry := permitted(kind, asked["method"], below)) is not None:
                assert asked["method"] != "GET"
                sent.add((kind, entry.action))
    assert {action for kind, action in sent if kind is Kind.NANOMQ} == {"publish"}
    assert {"kick", "ban", "unban", "unsubscribe", "publish"} <= {action for kind, action in sent if kind is Kind.EMQX4}
    assert {action for kind, action in sent if kind is Kind.EMQX5} == {
        entry.action for entry in PERMITTED[Kind.EMQX5] if entry.action != "deactivate"
    }


CHANGES: list[Change] = [
    Kick("c/1"),
    *(AddBan(Ban(kind=kind, who="x/1")) for kind in ("clientid", "username", "peerhost")),
    *(RemoveBan(kind, "x/1") for kind in ("clientid", "username", "peerhost", "clientid_re", "peerhost_net")),
    Unsubscribe("c/1", "a/#"),
    Publish("a/b", b"x"),
    DeleteRetained("a/b"),
    Deactivate("conn_congestion/c/u", "emqx@10.0.0.1"),
    *(Switch(part, "mqtt:a", on) for part in Part for on in (True, False)),
    *(Restart(part, "mqtt:a") for part in Part),
    *(ResetMetrics(part, "mqtt:a") for part in Part),
]
OFFERED = {Kind.EMQX4: v4_changes.request, Kind.EMQX5: v5_changes.request, Kind.NANOMQ: nanomq_changes.request}


@pytest.mark.parametrize("kind", OFFERED)
def test_whatever_an_adapter_offers_to_change_is_permitted(kind: Kind) -> None:
    used = set()
    for change in CHANGES:
        try:
            asked = OFFERED[kind](change)
        except Unsupported:
            continue
        entry = permitted(kind, asked.method, asked.path)
        assert entry is not None, asked
        used.add(entry)
    assert used
    if kind is not Kind.EMQX5:
        assert used == set(PERMITTED[kind]), "what nothing asks for is not on the list"
