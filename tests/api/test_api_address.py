import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from emqx_tui.api.address import repair
from emqx_tui.api.result_codes import explain
from emqx_tui.domain.errors import BadAddress


V5, V4, OLD = "/api/v5", "/api/v4", "/api"


@pytest.mark.parametrize(
    "url",
    [
        "https://example.emqx.cloud:8443/api",
        "https://example.emqx.cloud:8443/api/v5",
        "https://example.ala.eu-central-1.emqxsl.com:8443/api/v5",
        "http://10.0.0.1:8081/api/v4",
        "http://broker.example:18083/api/v5",
        "http://[2001:db8::7]:18083/api/v5",
        "https://broker.example/emqx/api/v5",
    ],
)
def test_a_complete_address_as_emqx_gives_it_is_the_only_one_asked(url: str) -> None:
    expected = url.replace("example/emqx", "example:18083/emqx")
    assert repair(url).bases == (expected,)


@pytest.mark.parametrize(
    ("given_url", "base"),
    [
        ("http://host:18083/api/v5/", "http://host:18083/api/v5"),
        ("  http://host:18083/api/v5\n", "http://host:18083/api/v5"),
        ("http://host:18083//api//v5", "http://host:18083/api/v5"),
        ("HTTP://Host:18083/api/v5", "http://host:18083/api/v5"),
        ("host:18083/api/v5", "http://host:18083/api/v5"),
        ("http://host/api/v4", "http://host:8081/api/v4"),
        ("http://host/api/v5", "http://host:18083/api/v5"),
        ("host/api/v4", "http://host:8081/api/v4"),
        ("https://host:443/api/v5", "https://host/api/v5"),
        ("http://host:80/api/v5", "http://host/api/v5"),
        ("host:8443/api/v5", "https://host:8443/api/v5"),
        ("example.emqx.cloud/api", "https://example.emqx.cloud:8443/api"),
        ("example.emqxsl.cn/api/v5", "https://example.emqxsl.cn:8443/api/v5"),
        ("https://x.mqttce.net/api/v5", "https://x.mqttce.net:8443/api/v5"),
        ("http://host:18083/api/v5?x=1#/nodes", "http://host:18083/api/v5"),
        ("http://[::1]:8081/api/v4", "http://[::1]:8081/api/v4"),
        ("[::1]/api/v5", "http://[::1]:18083/api/v5"),
    ],
)
def test_what_is_missing_or_too_much_is_repaired(given_url: str, base: str) -> None:
    assert repair(given_url).bases == (base,)


@pytest.mark.parametrize(
    ("given_url", "bases"),
    [
        ("http://host:18083/#/dashboard/overview", [f"http://host:18083{suffix}" for suffix in (V5, V4, OLD)]),
        ("http://host:8081", [f"http://host:8081{suffix}" for suffix in (V5, V4, OLD)]),
        ("host", ["http://host:18083/api/v5", "http://host:8081/api/v4", "http://host:18083/api/v4"]),
        ("10.0.0.1", ["http://10.0.0.1:18083/api/v5", "http://10.0.0.1:8081/api/v4", "http://10.0.0.1:18083/api/v4"]),
        ("example.emqx.cloud", [f"https://example.emqx.cloud:8443{suffix}" for suffix in (V5, V4, OLD)]),
        ("https://host:8443/emqx/", [f"https://host:8443/emqx{suffix}" for suffix in (V5, V4, OLD)]),
    ],
)
def test_without_a_suffix_the_newest_api_is_tried_first(given_url: str, bases: list[str]) -> None:
    assert list(repair(given_url).bases) == bases


@pytest.mark.parametrize(
    ("url", "plain", "loopback", "cloud"),
    [
        ("http://127.0.0.1:18083/api/v5", True, True, False),
        ("http://127.9.9.9/api/v5", True, True, False),
        ("http://localhost:18083/api/v5", True, True, False),
        ("http://[::1]:18083/api/v5", True, True, False),
        ("http://localhost.example:18083", True, False, False),
        ("http://127.0.0.1.example:18083", True, False, False),
        ("http://10.0.0.1:18083", True, False, False),
        ("http://[::ffff:10.0.0.1]:18083", True, False, False),
        ("https://host:18083", False, False, False),
        ("x.emqx.cloud", False, False, True),
        ("http://not-emqx.cloud:18083", True, False, False),
    ],
)
def test_plain_http_loopback_and_cloud_are_recognised(url: str, plain: bool, loopback: bool, cloud: bool) -> None:
    address = repair(url)
    assert (address.plain, address.loopback, address.cloud) == (plain, loopback, cloud)


@pytest.mark.parametrize(
    "url",
    [
        "https://alice:s3cr3t-word@host:18083/api/v5",
        "alice:s3cr3t-word@host:18083",
        "http://s3cr3t-word@host/api/v4",
        "http://:s3cr3t-word@host/api/v4",
        "alice:s3cr3t-word://x@host/api/v5",
        "https://alice:s3cr3t-word@host:port/api",
        "https://alice:s3cr3t-word@[broken/api",
    ],
)
def test_user_and_password_in_the_url_are_refused_and_not_echoed(url: str) -> None:
    with pytest.raises(BadAddress) as refused:
        repair(url)
    told = f"{refused.value} {refused.value!r} {refused.value.detail} {explain(refused.value)}"
    assert "s3cr3t-word" not in told
    assert refused.value.detail


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("", "the URL is empty"),
        ("   ", "the URL is empty"),
        ("mqtt://host:1883", "mqtt is not http or https"),
        ("ftp://host", "ftp is not http or https"),
        ("http://", "the URL names no host"),
        ("http:///api/v5", "the URL names no host"),
        ("http://ho st/api", "the URL names no host"),
        ("http://host/a b/api", "the URL names no host"),
        ("http://host:99999/api", "the host or the port cannot be read"),
        ("http://host:abc/api", "the host or the port cannot be read"),
        ("http://[::1/api", "the host or the port cannot be read"),
    ],
)
def test_what_cannot_be_an_address_is_refused_with_its_reason(url: str, reason: str) -> None:
    with pytest.raises(BadAddress) as refused:
        repair(url)
    assert refused.value.detail == reason


@settings(deadline=None)
@given(st.one_of(st.text(max_size=40), st.from_regex(r"(https?://)?[a-z:@\[\]/.#?%0-9]{0,30}", fullmatch=True)))
@example("http://[v1.x]/api")
@example("http://host\u2100/api")
def test_whatever_is_pasted_is_an_address_or_refused(url: str) -> None:
    try:
        address = repair(url)
    except BadAddress:
        return
    assert address.bases
    for base in address.bases:
        assert base.startswith("http://" if address.plain else "https://")
        assert base.rpartition("/api")[2] in {"", "/v4", "/v5"} or base.endswith(tuple("0123456789"))
        assert "@" not in base.split("/")[2]
