"""What each error means and what to do next, in words: the one place for HTTP statuses, result codes and v5's words.

Result codes 101 to 115 are EMQX 4's as documented; 116 means different things to EMQX 4 and NanoMQ, 117 and 118 are
NanoMQ's own (API reference, 5.2; NanoMQ behaviour). Words of EMQX 5 are an open set (API reference, 5.3).
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from emqx_tui.domain import errors
from emqx_tui.domain.errors import BrokerError, Step
from emqx_tui.domain.models import Kind
from emqx_tui.i18n import N_, _


class Explanation(NamedTuple):
    """An error in words.

    Attributes:
        what: What happened, in a few words: fits into a row of a table.
        why: What it means, in a sentence; may be empty.
        next: What to do now, in a sentence; may be empty.
    """

    what: str
    why: str = ""
    next: str = ""

    def __str__(self) -> str:
        """All of it as one line."""
        sentences = (self.what, *map(_begun, (self.why, self.next)))
        return ". ".join(part.rstrip(".") for part in sentences if part) + "."


def _begun(sentence: str) -> str:
    """With a capital, unless it begins with a name such as `emqx_ctl` or an address."""
    return sentence[:1].upper() + sentence[1:] if sentence.split(" ", 1)[0].isalpha() else sentence


RESULT_CODES: Mapping[int, tuple[str, str]] = {
    0: (N_("success"), ""),
    101: (
        N_("RPC error: the broker could not ask the node"),
        N_("Look at that node and at the network between the nodes"),
    ),
    102: (N_("unknown error"), N_("Look into the broker's log at this time")),
    103: (N_("wrong user or password"), N_("Check AppID and AppSecret")),
    104: (N_("empty user or password"), N_("Set AppID and AppSecret")),
    105: (N_("the user does not exist"), N_("Check the user's name")),
    106: (N_("the administrator cannot be deleted"), N_("Choose another user")),
    107: (N_("a parameter is missing"), N_("Please report this with the log")),
    108: (N_("a parameter is wrong"), N_("Check the value that was asked for")),
    109: (N_("the request was not JSON"), N_("Please report this with the log")),
    110: (N_("the plugin is already started"), ""),
    111: (N_("the plugin is stopped"), N_("Start the plugin on the broker to use what it offers")),
    112: (N_("the client is offline"), N_("Look whether it has connected again under the same id")),
    113: (N_("the user exists already"), N_("Choose another name")),
    114: (N_("the old password is wrong"), N_("Check the old password")),
    115: (N_("the topic is not legal"), N_("Check the topic: wildcards are not allowed here")),
    116: (N_("the QoS is not legal"), N_("Use QoS 0, 1 or 2")),
}
"""EMQX 4's codes: meaning and what to do."""

NANOMQ_CODES: Mapping[int, tuple[str, str]] = {
    102: (N_("unknown path or method"), N_("This NanoMQ does not offer it")),
    111: (N_("the rule engine is off"), N_("NanoMQ must be built with it")),
    115: (N_("no such bridge"), N_("Check the bridge's name")),
    116: (N_("the token has expired"), N_("Make a new token")),
    117: (N_("the configuration was not legal HOCON"), N_("Check the configuration that was sent")),
    118: (N_("the configuration could not be written"), N_("Check the rights of NanoMQ's configuration file")),
}
"""Where NanoMQ differs from EMQX 4."""

REASON_CODES: Mapping[int, tuple[str, str]] = {
    16: (N_("nobody subscribes to the topic"), ""),
    131: (N_("the broker refused the message"), N_("Check payload and encoding")),
    135: (N_("not authorized to publish to the topic"), N_("Look at the rules of authorization")),
    144: (N_("the topic is not legal"), N_("Check the topic: wildcards are not allowed here")),
    149: (N_("the message is too large"), N_("Send a smaller one, or raise the broker's limit")),
    151: (N_("a quota is exceeded"), N_("Wait, or raise the broker's limit")),
}
"""MQTT 5's reason codes that EMQX 5 answers a publication with."""

WORDS: Mapping[str, tuple[str, str]] = {
    "BAD_API_KEY_OR_SECRET": (
        N_("the API key or its secret was refused: wrong, expired or disabled"),
        N_("Make an API key in the dashboard (System, API Key): a dashboard user's name and password do not work here"),
    ),
    "AUTHORIZATION_HEADER_ERROR": (N_("no credentials arrived"), N_("Set app_id and app_secret")),
    "API_KEY_NOT_ALLOW": (N_("API keys may not use this path"), ""),
    "TOKEN_TIME_OUT": (N_("the token has expired"), N_("Use an API key")),
    "BAD_TOKEN": (N_("the token was refused"), N_("Use an API key")),
    "UNAUTHORIZED_ROLE": (
        N_("the API key's role or scopes do not allow it"),
        N_("Give the key the role Viewer or the scope that is named"),
    ),
    "NODE_DOWN": (N_("a node of the cluster did not answer the broker"), N_("Look at the nodes' states")),
    "BAD_RPC": (N_("a node of the cluster did not answer the broker"), N_("Look at the nodes' states")),
    "RPC_ERROR": (N_("a node of the cluster did not answer the broker"), N_("Look at the nodes' states")),
    "NODE_EVACUATING": (N_("the node is being evacuated"), ""),
    "INTERNAL_ERROR": (N_("the broker failed while answering"), N_("Look into the broker's log at this time")),
    "SERVICE_UNAVAILABLE": (N_("the service is not ready"), N_("It is asked again")),
    "SOURCE_ERROR": (N_("the broker could not get it from the node"), N_("Look at the nodes' states")),
    "BAD_REQUEST": (N_("the broker found the request malformed"), N_("Please report this with the log")),
    "INVALID_PARAMETER": (N_("a parameter is wrong"), N_("Please report this with the log")),
    "EXCEED_LIMIT": (N_("a limit of the broker is reached"), ""),
    "ALREADY_EXISTS": (N_("it exists already"), ""),
    "NOT_FOUND": (N_("there is no such thing"), ""),
    "CLIENTID_NOT_FOUND": (N_("there is no such client"), ""),
    "TOPIC_NOT_FOUND": (N_("there is no such topic"), ""),
    "RESOURCE_NOT_FOUND": (N_("there is no such resource"), ""),
    "BAD_TOPIC": (N_("the topic is not legal"), N_("Check the topic")),
    "BAD_NODE_NAME": (N_("there is no such node"), ""),
    "BAD_USERNAME_OR_PWD": (N_("wrong user or password"), N_("Use an API key")),
    "BAD_CONFIG_SCHEMA": (N_("the configuration that was sent is not legal"), ""),
    "BAD_LISTENER_ID": (N_("there is no such listener"), ""),
    "CLIENT_NOT_FOUND": (N_("there is no such client"), ""),
    "CLIENT_NOT_RESPONSE": (N_("the client did not answer the broker"), ""),
    "CLIENT_SHUTDOWN": (N_("the client is being disconnected"), ""),
    "CONFLICT": (N_("it conflicts with what is there"), ""),
    "DEPENDENCY_EXISTS": (N_("something else depends on it"), ""),
    "FORBIDDEN": (N_("the API key may not use this path"), N_("Use a key that may see the whole deployment")),
    "INVALID_ID": (N_("the id is not legal"), ""),
    "INVALID_PARAMTER": (N_("a parameter is wrong"), N_("Please report this with the log")),  # EMQX's own spelling
    "MESSAGE_ID_NOT_FOUND": (N_("there is no such message"), ""),
    "MESSAGE_ID_SCHEMA_ERROR": (N_("the message's id is not legal"), ""),
    "NOT_MATCH": (N_("the conditions do not match"), ""),
    "NO_DEFAULT_VALUE": (N_("the setting has no default value"), ""),
    "PARAM_ERROR": (N_("a parameter is wrong"), N_("Please report this with the log")),
    "RESET_FAILED": (N_("it could not be reset"), N_("Look into the broker's log at this time")),
    "REST_FAILED": (N_("it could not be reset"), N_("Look into the broker's log at this time")),
    "RULE_NOT_FOUND": (N_("there is no such rule"), ""),
    "UNKNOWN_ERROR": (N_("unknown error"), N_("Look into the broker's log at this time")),
    "UNSUPPORTED_MEDIA_TYPE": (N_("the broker takes only JSON here"), N_("Please report this with the log")),
    "UPDATE_FAILED": (N_("it could not be changed"), N_("Look into the broker's log at this time")),
    "USER_NOT_FOUND": (N_("there is no such user"), ""),
}
"""EMQX 5's words: meaning and what to do."""

_STEPS: Mapping[Step, tuple[str, str]] = {
    Step.DNS: (N_("the host's name cannot be resolved"), N_("Check the host in the URL and this machine's DNS")),
    Step.CONNECT: (
        N_("no connection"),
        N_("Check host and port, and whether a firewall or a stopped deployment is in the way"),
    ),
    Step.TLS: (
        N_("TLS failed"),
        N_("Check https or http and the port; for a private CA set ca_file"),
    ),
    Step.TIMEOUT: (
        N_("no answer within 8 s"),
        N_("The broker may wait for a peer node that hangs: look at the nodes' states"),
    ),
    Step.CLOSED: (
        N_("the connection was closed without an answer"),
        N_("The broker may have waited for a peer node that hangs, or may be starting: it is asked again"),
    ),
}


def explain(error: BrokerError, kind: Kind | None = None) -> Explanation:
    """The error in words; `kind` decides between the meanings that EMQX 4 and NanoMQ give to a code."""
    for error_type, explained in _EXPLAINERS.items():
        if isinstance(error, error_type):
            return explained(error, kind)
    return Explanation(_("error"), error.detail)


def _with_detail(meaning: str, detail: str) -> str:
    return f"{meaning} ({detail})" if detail and detail != meaning else meaning


def _unreachable(error: BrokerError, _kind: Kind | None) -> Explanation:
    step = error.step if isinstance(error, errors.Unreachable) else Step.CONNECT
    what, advice = _STEPS[step]
    return Explanation(_("unreachable: {what}").format(what=_with_detail(_(what), error.detail)), next=_(advice))


def _unauthorized(error: BrokerError, kind: Kind | None) -> Explanation:
    what = _("credentials refused (401)")
    meaning, advice = _coded(error, kind)
    if not meaning:
        meaning = _("AppID or AppSecret is wrong, expired or disabled")
        advice = _("Check both; on EMQX 4 port 8081 wants an application, port 18083 a dashboard user")
    return Explanation(what, meaning, advice)


def _credentials_missing(error: BrokerError, _kind: Kind | None) -> Explanation:
    # Whole sentences say themselves what to do.
    advice = "" if error.detail.endswith(".") else _("Set it where the configuration says it is")
    return Explanation(_("the secret could not be read"), error.detail, advice)


def _plain_http(_error: BrokerError, _kind: Kind | None) -> Explanation:
    return Explanation(
        _("plain HTTP refused"),
        _("AppID and AppSecret would cross the network readable by anyone"),
        _("Use https, or allow it: Allow plain HTTP in the form, --allow-http, or allow_http = true"),
    )


def _read_only(_error: BrokerError, _kind: Kind | None) -> Explanation:
    return Explanation(
        _("read-only: nothing was sent"),
        _("The deployment is open for reading only"),
        _("Set write = true for it in the configuration, or start with --write"),
    )


def _not_permitted(error: BrokerError, _kind: Kind | None) -> Explanation:
    return Explanation(
        _("not permitted: {request}").format(request=f"{error.detail} {error.path}"),
        _("It is none of the requests that this program may send, or a name in it is too long or leads elsewhere"),
        _("Do it in the dashboard or with `emqx ctl`"),
    )


def _bad_address(error: BrokerError, _kind: Kind | None) -> Explanation:
    return Explanation(
        _("the address cannot be used"), error.detail, _("Check url, proxy and certificate files in the configuration")
    )


def _forbidden(error: BrokerError, kind: Kind | None) -> Explanation:
    meaning, advice = _coded(error, kind)
    scope = error.scope if isinstance(error, errors.Forbidden) else None
    if scope:
        return Explanation(
            _("not allowed (403): needs scope {scope}").format(scope=scope),
            meaning or error.detail,
            _("Give the API key the scope {scope}").format(scope=scope),
        )
    return Explanation(_("not allowed (403)"), meaning or error.detail, advice)


def _unsupported(error: BrokerError, _kind: Kind | None) -> Explanation:
    status = f" ({error.status})" if error.status else ""
    what = _("not offered: {path}").format(path=error.path) + status
    return Explanation(what, _("This service does not have it, or the URL lacks /api/v5 or /api/v4"))


SWITCHED_OFF: Mapping[str, tuple[str, str, str]] = {
    "slow_subscriptions": (
        N_("slow subscriptions are off"),
        N_("dashboard, Diagnose, Slow Subscriptions, Enable; or PUT /slow_subscriptions/settings with enable true"),
        N_("dashboard, Modules, Slow Subscribers Statistics; or `emqx_ctl modules load emqx_mod_slow_subs`"),
    ),
    "topic_metrics": (
        N_("topic metrics are off"),
        N_("dashboard, Diagnose, Topic Metrics"),
        N_("dashboard, Modules, Topic Metrics; or `emqx_ctl modules load emqx_mod_topic_metrics`"),
    ),
    "trace": (
        N_("log traces are off"),
        "",
        N_("dashboard, Modules, Log Trace; or `emqx_ctl modules load emqx_mod_trace`"),
    ),
    "retainer": (
        N_("retained messages are off"),
        N_("dashboard, Management, MQTT Settings, Retainer, Enable; or retainer.enable = true in its configuration"),
        "",
    ),
    "delayed": (
        N_("delayed publishing is off"),
        N_("dashboard, Management, Delayed Publish, Enable; or delayed.enable = true in its configuration"),
        "",
    ),
}
"""What can be switched off on a broker: that it is, and how to turn it on with EMQX 5 and with EMQX 4."""


def _switched_off(error: BrokerError, kind: Kind | None) -> Explanation:
    feature = error.feature if isinstance(error, errors.SwitchedOff) else ""
    what, five, four = SWITCHED_OFF.get(feature, (N_("this is switched off on the broker"), "", ""))
    how = four if kind is Kind.EMQX4 else five
    on = _("To turn it on: {how}").format(how=_(how)) if how else ""
    return Explanation(_(what), _("The broker offers it and has it switched off"), on)


def _rate_limited(error: BrokerError, _kind: Kind | None) -> Explanation:
    wait = error.retry_after if isinstance(error, errors.RateLimited) else None
    asked = _("It asks to wait {seconds:.0f} s").format(seconds=wait) if wait is not None else ""
    return Explanation(
        _("too many requests ({status})").format(status=error.status),
        asked,
        _("All users of the deployment share the limit: a longer interval helps"),
    )


def _bad_request(error: BrokerError, kind: Kind | None) -> Explanation:
    meaning, advice = _coded(error, kind)
    if not meaning and not error.detail:
        meaning = _("the broker could not read the credentials or the request")
    return Explanation(_("bad request (400)"), _with_detail(meaning, error.detail) if meaning else error.detail, advice)


_GATHERED = frozenset({"/clients", "/subscriptions"})
"""Lists that EMQX 4 gathers from all nodes, and breaks off with status 500 when one does not answer."""


def _server_error(error: BrokerError, kind: Kind | None) -> Explanation:
    meaning, advice = _coded(error, kind)
    if kind is Kind.EMQX4 and error.status == 500 and error.path in _GATHERED:
        meaning = _("a node of the cluster may hang: without its rows EMQX 4 gives none")
        advice = _("Look at the nodes' states; with the filter node=NAME a node that answers is asked alone")
    if error.status in {502, 503, 504}:
        meaning = meaning or _("the gateway in front of the broker got no answer from it")
        advice = advice or _("The deployment may be stopped or starting")
    what = _("server error ({status})").format(status=error.status)
    return Explanation(what, meaning or error.detail, advice or _("Look into the broker's log at this time"))


def _bad_answer(error: BrokerError, _kind: Kind | None) -> Explanation:
    if error.code == "redirect":
        return Explanation(
            _("redirected ({status}), not followed").format(status=error.status),
            _with_detail(_("credentials go to the configured host only"), error.detail),
            _("If the new address is right, put it into the configuration"),
        )
    if error.status == 204:
        meaning = _("the broker could not put its answer into JSON, which a failing node can cause")
        return Explanation(_("empty answer (204)"), meaning, _("Look at the nodes' states"))
    return Explanation(
        _("not the answer of an EMQX API"),
        error.detail,
        _("Check host, port and path of the URL: it ends in /api/v5, /api/v4 or, on EMQX Cloud 4.x, /api"),
    )


def _result_code(error: BrokerError, kind: Kind | None) -> Explanation:
    meaning, advice = _coded(error, kind)
    if error.code is None:
        return Explanation(_("the broker says: {message}").format(message=error.detail or "?"))
    what = _("result code {code}").format(code=error.code)
    return Explanation(what, _with_detail(meaning, error.detail) if meaning else error.detail, advice)


def _not_found(error: BrokerError, kind: Kind | None) -> Explanation:
    meaning, advice = _coded(error, kind)
    return Explanation(_("not found: {path}").format(path=error.path), error.detail or meaning, advice)


def _coded(error: BrokerError, kind: Kind | None) -> tuple[str, str]:
    """Meaning and advice for the code in the body, both empty when it has none or it is not known."""
    if isinstance(error.code, str):
        found = WORDS.get(error.code)
    else:
        code = -1 if error.code is None else error.code
        found = NANOMQ_CODES.get(code) if kind is Kind.NANOMQ else None
        found = found or RESULT_CODES.get(code) or REASON_CODES.get(code)
    if found is None:
        return "", ""
    meaning, advice = found
    return _(meaning), _(advice) if advice else ""


_EXPLAINERS: Mapping[type[BrokerError], Callable[[BrokerError, Kind | None], Explanation]] = {
    errors.Unreachable: _unreachable,
    errors.Unauthorized: _unauthorized,
    errors.CredentialsMissing: _credentials_missing,
    errors.PlainHttpRefused: _plain_http,
    errors.BadAddress: _bad_address,
    errors.ReadOnly: _read_only,
    errors.NotPermitted: _not_permitted,
    errors.Forbidden: _forbidden,
    errors.Gone: lambda _error, _kind: Explanation(_("it was not there any more; nothing was sent")),
    errors.OnAnotherNode: lambda _error, _kind: Explanation(
        _("the node that was asked does not have it"),
        _("Up to EMQX 5.10.2 each node clears only its own alarms, and behind one address any of them may be asked"),
        _("Try again, or do it at the address of the alarm's own node"),
    ),
    errors.NotFound: _not_found,
    errors.Unsupported: _unsupported,
    errors.SwitchedOff: _switched_off,
    errors.RateLimited: _rate_limited,
    errors.BadRequest: _bad_request,
    errors.ServerError: _server_error,
    errors.BadAnswer: _bad_answer,
    errors.ResultCodeError: _result_code,
}
