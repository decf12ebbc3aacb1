"""What a connection test makes of an error beyond its meaning: the mistakes that people make with EMQX's addresses."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from emqx_tui.api.address import CLOUD_PORT, Address
from emqx_tui.api.resolve import is_address
from emqx_tui.api.result_codes import explain
from emqx_tui.config import Deployment
from emqx_tui.domain.errors import BadAnswer, BrokerError, Step, Unauthorized, Unreachable, Unsupported
from emqx_tui.i18n import _
from emqx_tui.text import sanitize


_KEY = re.compile(r"[0-9A-Za-z_-]{16,}")
_MQTT_PORTS = frozenset({1883, 8883, 8083, 8084})
_DASHBOARD_PORTS = frozenset({18083, 18084})
_MANAGEMENT_PORT = 8081


@dataclass(frozen=True, slots=True)
class Advice:
    """What happened and what to do about it; empty where the error's own explanation says it better."""

    words: str = ""
    next: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a deployment was asked.

    Attributes:
        url: A base of it, repaired.
        address: What is known of the host.
        deployment: As it is configured.
    """

    url: str
    address: Address
    deployment: Deployment

    @property
    def host(self) -> str:
        """The host's name or address."""
        return urlsplit(self.url).hostname or ""

    @property
    def port(self) -> int:
        """The port, given or by the scheme."""
        return urlsplit(self.url).port or (80 if self.address.plain else 443)

    @property
    def only_port(self) -> int | None:
        """The port, when no other one was tried."""
        tried = {urlsplit(base).port for base in self.address.bases}
        return self.port if len(tried) == 1 else None


def looks_like_a_key(app_id: str) -> bool:
    """Whether EMQX or its Cloud may have made it: keys are 16 and more of letters and digits, names are shorter.

    A key from a bootstrap file may have any name, so what follows from this is a guess and is worded as one.
    """
    return _KEY.fullmatch(app_id) is not None


def advise(error: BrokerError, place: Place) -> Advice:
    """What to say of the error; the first rule that knows it decides."""
    for rule in _RULES:
        if (found := rule(error, place)) is not None:
            return found
    return Advice()


def _no_credentials(error: BrokerError, place: Place) -> Advice | None:
    if not isinstance(error, Unauthorized) or place.deployment.app_id:
        return None
    return Advice(_("credentials are asked for, and none are set"), _("Set app_id and app_secret"))


def _dashboard_user(error: BrokerError, place: Place) -> Advice | None:
    app_id = place.deployment.app_id or ""
    refused = isinstance(error, Unauthorized) and error.code == "BAD_API_KEY_OR_SECRET"
    if not refused or place.address.cloud or looks_like_a_key(app_id):
        return None
    # A secret that was taken for the id would have a key's shape: what is repeated here is a name.
    return Advice(
        _("refused: {name} looks like a dashboard user, and dashboard users cannot be used on EMQX 5").format(
            name=sanitize(app_id, 32)
        ),
        _("Make an API key in the dashboard under System → API Key, and set its key and secret"),
    )


def _other_door(error: BrokerError, place: Place) -> Advice | None:
    """EMQX 4 has two doors with a key of its own each; its refusal has no code."""
    if not isinstance(error, Unauthorized) or error.code is not None or place.address.cloud:
        return None
    if place.only_port in _DASHBOARD_PORTS:
        return Advice(
            next=_(
                "Port {port} of EMQX 4 wants a dashboard user and password; an AppID and AppSecret belong to port 8081"
            ).format(port=place.only_port)
        )
    if place.only_port == _MANAGEMENT_PORT:
        return Advice(
            next=_("Port 8081 of EMQX 4 wants an AppID and AppSecret; a dashboard user belongs to port 18083")
        )
    return None


def _by_name(error: BrokerError, place: Place) -> Advice | None:
    """EMQX Cloud Serverless tells its deployments apart by the name in the TLS handshake."""
    if place.port != CLOUD_PORT or isinstance(error, Unauthorized):
        return None
    step = error.step if isinstance(error, Unreachable) else None
    wrong_name = step is Step.CLOSED or (step is Step.TLS and "mismatch" in error.detail.casefold())
    if is_address(place.host) and (wrong_name or step is None):
        return Advice(
            next=_(
                "EMQX Cloud Serverless is found by its host name: use the API address from the console, no IP address"
            )
        )
    if wrong_name or (place.address.cloud and step not in {None, Step.CONNECT}):
        return Advice(
            next=_("EMQX Cloud finds a deployment by its host name: copy the whole API address from the console")
        )
    return None


def _mqtt_port(error: BrokerError, place: Place) -> Advice | None:
    if place.port not in _MQTT_PORTS or isinstance(error, Unauthorized):
        return None
    return Advice(
        next=_(
            "Port {port} is for MQTT; the API is at port 18083 (EMQX 5), 8081 (EMQX 4, NanoMQ) or 8443 (EMQX Cloud)"
        ).format(port=place.port)
    )


def _wrong_scheme(error: BrokerError, place: Place) -> Advice | None:
    if not isinstance(error, Unreachable):
        return None
    if error.step is Step.TLS and ("WRONG_VERSION" in error.detail or "RECORD_LAYER" in error.detail):
        return Advice(
            _("the port answers, but does not speak TLS"), _("If it speaks plain HTTP, write http:// in the URL")
        )
    if error.step is Step.TLS and error.detail in {"", "time-out"}:
        return Advice(
            _("the port takes the connection, but not the TLS handshake"),
            _("Check the port; if it speaks plain HTTP, write http:// in the URL"),
        )
    if error.step is Step.CLOSED and place.address.plain:
        return Advice(next=_("If the port speaks TLS, write https:// in the URL; else the broker may be starting"))
    return None


def _no_api(error: BrokerError, _place: Place) -> Advice | None:
    page = isinstance(error, BadAnswer) and "<" in error.detail
    if not page and not isinstance(error, Unsupported):
        return None
    said = _("something answers, but it is no EMQX API ({status})").format(status=error.status)
    return Advice(said, explain(BadAnswer()).next)


_RULES: tuple[Callable[[BrokerError, Place], Advice | None], ...] = (
    _no_credentials,
    _dashboard_user,
    _other_door,
    _mqtt_port,
    _by_name,
    _wrong_scheme,
    _no_api,
)
