"""What a connection test says to the mistakes that people make with EMQX's addresses."""

import pytest

from emqx_tui.api.address import repair
from emqx_tui.config import Deployment
from emqx_tui.domain.errors import (
    BadAnswer,
    BrokerError,
    ServerError,
    Step,
    Unauthorized,
    Unreachable,
    Unsupported,
)
from emqx_tui.fleet.advice import Advice, Place, advise, looks_like_a_key


SERVERLESS = "https://q86dda4c.ala.eu-central-1.emqxsl.com:8443/api/v5"
MISMATCH = Unreachable(Step.TLS, "IP address mismatch, certificate is not valid for '192.0.2.7'.")
SELF_SIGNED = Unreachable(Step.TLS, "self-signed certificate")
REFUSED_BY_5 = Unauthorized("Check api_key/api_secret", status=401, code="BAD_API_KEY_OR_SECRET")
REFUSED_BY_4 = Unauthorized("UNAUTHORIZED", status=401)


def advised(error: BrokerError, url: str, app_id: str | None = "a4f3c2d19e8b7a60") -> Advice:
    address = repair(url)
    return advise(error, Place(address.bases[0], address, Deployment(name="prod", url=url, app_id=app_id)))


@pytest.mark.parametrize(
    ("app_id", "whether"),
    [
        ("a4f3c2d19e8b7a60", True),
        ("6ZtqmBzQwYcXl3LD", True),
        ("0123456789abcdef0123456789abcdef", True),
        ("admin", False),
        ("ops.team@example.invalid", False),
        ("a4f3c2d1", False),
        ("", False),
    ],
)
def test_keys_are_told_from_names_by_their_shape(app_id: str, *, whether: bool) -> None:
    assert looks_like_a_key(app_id) is whether


@pytest.mark.parametrize(
    ("error", "url", "app_id", "words", "next_step"),
    [
        # A dashboard user where EMQX 5 wants a key; Cloud has no dashboard users, and ids of eight characters.
        (REFUSED_BY_5, "http://127.0.0.1:18083/api/v5", "admin", "admin looks like a dashboard user", "System → API"),
        (REFUSED_BY_5, "http://127.0.0.1:18083/api/v5", "a4f3c2d19e8b7a60", "", ""),
        (REFUSED_BY_5, SERVERLESS, "q86dda4c", "", ""),
        (REFUSED_BY_5, "http://127.0.0.1:18083", None, "none are set", "Set app_id"),
        # EMQX 4 has two doors; which one was tried is certain only when the URL names it.
        (REFUSED_BY_4, "http://127.0.0.1:18083/api/v4", "admin", "", "Port 18083 of EMQX 4 wants a dashboard user"),
        (REFUSED_BY_4, "http://127.0.0.1:8081", "admin", "", "Port 8081 of EMQX 4 wants an AppID"),
        (REFUSED_BY_4, "http://127.0.0.1", "admin", "", ""),
        (REFUSED_BY_4, "https://x.en.emqx.cloud:8443/api", "admin", "", ""),
        (Unauthorized(status=401, code=103), "http://127.0.0.1:8081/api/v4", "admin", "", ""),
        # Serverless is found by its name.
        (MISMATCH, "https://192.0.2.7:8443/api/v5", "k", "", "no IP address"),
        (Unreachable(Step.CLOSED), "https://192.0.2.7:8443/api/v5", "k", "", "no IP address"),
        (Unsupported(status=404), "https://192.0.2.7:8443/api/v5", "k", "", "no IP address"),
        (SELF_SIGNED, "https://192.0.2.7:8443/api/v5", "k", "", ""),
        (Unreachable(Step.CONNECT, "refused"), "https://192.0.2.7:8443/api/v5", "k", "", ""),
        (MISMATCH, "https://mqtt.example.invalid:8443/api/v5", "k", "", "copy the whole API address"),
        (Unreachable(Step.DNS), SERVERLESS, "k", "", "copy the whole API address"),
        (Unreachable(Step.CLOSED), SERVERLESS, "k", "", "copy the whole API address"),
        (Unreachable(Step.CONNECT), SERVERLESS, "k", "", ""),
        (MISMATCH, "https://mqtt.example.invalid:18084/api/v5", "k", "", ""),
        # Other ports and schemes.
        (Unreachable(Step.CLOSED), "http://127.0.0.1:1883", "k", "", "Port 1883 is for MQTT"),
        (Unreachable(Step.TLS, "x"), "https://127.0.0.1:8883", "k", "", "Port 8883 is for MQTT"),
        (Unreachable(Step.TLS, "WRONG_VERSION_NUMBER"), "https://127.0.0.1:18083", "k", "not speak TLS", "http://"),
        (Unreachable(Step.TLS, "RECORD_LAYER_FAILURE"), "https://127.0.0.1:18083", "k", "not speak TLS", "http://"),
        (Unreachable(Step.TLS), "https://127.0.0.1:18083", "k", "not the TLS handshake", "http://"),
        (Unreachable(Step.CLOSED), "http://127.0.0.1:18083", "k", "", "https://"),
        (Unreachable(Step.TIMEOUT), "http://127.0.0.1:18083", "k", "", ""),
        # Something else answers.
        (Unsupported(status=404), "http://127.0.0.1:18083", "k", "no EMQX API (404)", "/api/v5"),
        (BadAnswer("<html>", status=200), "http://127.0.0.1:18083", "k", "no EMQX API (200)", "/api/v5"),
        (BadAnswer("hello", status=200), "http://127.0.0.1:18083", "k", "", ""),
        (ServerError(status=500), "http://127.0.0.1:18083", "k", "", ""),
    ],
)
def test_a_usual_mistake_is_recognised_and_nothing_else_is(
    error: BrokerError, url: str, app_id: str | None, words: str, next_step: str
) -> None:
    found = advised(error, url, app_id)
    assert words in found.words
    assert next_step in found.next
    assert bool(found.words) == bool(words)
    assert bool(found.next) == bool(next_step)


def test_a_name_that_is_repeated_is_short_and_safe() -> None:
    words = advised(REFUSED_BY_5, "http://127.0.0.1:18083/api/v5", "ad\x1b[31mmin " + "x" * 5000).words
    assert words.isprintable()
    assert len(words) < 200
