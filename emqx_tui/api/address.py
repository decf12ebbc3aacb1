"""What users paste as an address, repaired into the bases to ask (API reference, 1.2)."""

import ipaddress
import re
from typing import NamedTuple
from urllib.parse import urlsplit

from emqx_tui.domain.errors import BadAddress
from emqx_tui.i18n import _


CLOUD_DOMAINS = ("emqx.cloud", "emqxsl.com", "emqxsl.cn", "mqttce.net")
"""Domains under which EMQX Cloud serves deployments."""

CLOUD_PORT = 8443

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,11}")
_SUFFIX = re.compile(r"/api(?:/v[0-9]+)?$")
_DEFAULT_PORTS = {"/api/v5": 18083, "/api/v4": 8081, "/api": CLOUD_PORT}


class Address(NamedTuple):
    """Where a deployment's API may be.

    Attributes:
        bases: Complete bases in the order in which to try them, without a trailing slash.
        plain: It is plain HTTP.
        loopback: The host is this machine.
        cloud: The host is one of EMQX Cloud's.
    """

    bases: tuple[str, ...]
    plain: bool
    loopback: bool
    cloud: bool


def repair(url: str) -> Address:
    """The address that was meant: scheme, port and suffix are added, slashes and dashboard fragments removed.

    Raises:
        BadAddress: It cannot be an address of an API.
    """
    given = url.strip()
    if not given:
        raise BadAddress(_("the URL is empty"))
    scheme, separator, rest = given.partition("://")
    if not separator:
        scheme, rest = "", given
    if scheme.lower() not in {"", "http", "https"}:
        # What is no scheme may be part of a password with slashes in it, and is not repeated.
        known = _SCHEME.fullmatch(scheme)
        raise BadAddress(_("{scheme} is not http or https").format(scheme=scheme if known else "…"))
    host, port, path = _split(rest)
    cloud = host.endswith(tuple(f".{domain}" for domain in CLOUD_DOMAINS))
    scheme = scheme.lower() or ("https" if cloud or port == CLOUD_PORT else "http")
    shown = f"[{host}]" if ":" in host else host
    default_port = 443 if scheme == "https" else 80
    bases = [
        f"{scheme}://{shown}" + ("" if at == default_port else f":{at}") + whole
        for at, whole in _places(path, port, cloud=cloud)
    ]
    return Address(tuple(dict.fromkeys(bases)), scheme == "http", _is_loopback(host), cloud)


def _split(rest: str) -> tuple[str, int | None, str]:
    try:
        parts = urlsplit("//" + rest)
        host, port = (parts.hostname or ""), parts.port
    except ValueError:
        raise BadAddress(_("the host or the port cannot be read")) from None
    if parts.username is not None or parts.password is not None:
        raise BadAddress(_("user and password do not belong into the URL: use app_id and app_secret"))
    if not host or any(character.isspace() or not character.isprintable() for character in host + parts.path):
        raise BadAddress(_("the URL names no host"))
    return host, port, re.sub(r"/+", "/", parts.path).rstrip("/")


def _places(path: str, port: int | None, *, cloud: bool) -> list[tuple[int, str]]:
    """Ports and paths to try, 5.x first: an unknown path costs a 5.x broker a line in its log, not more."""
    given = _SUFFIX.search(path)
    if given:
        return [(port or (CLOUD_PORT if cloud else _DEFAULT_PORTS.get(given[0], 18083)), path)]
    suffixes = ("/api/v5", "/api/v4", "/api")
    if port is not None or cloud:
        return [(port or CLOUD_PORT, path + suffix) for suffix in suffixes]
    return [(18083, path + "/api/v5"), (8081, path + "/api/v4"), (18083, path + "/api/v4")]


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
