"""What is asked, as commands for a shell: curl for the API, and what tells the same on a node of the broker."""

import shlex
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, TextIO
from urllib.parse import quote, urlencode

from emqx_tui.api.address import repair
from emqx_tui.api.detect import ADAPTERS
from emqx_tui.api.recording import Request, requests_of
from emqx_tui.api.result_codes import explain
from emqx_tui.config import Api, Deployment
from emqx_tui.domain.broker import Attention, Broker, Part
from emqx_tui.domain.errors import BadAddress, BadRequest, BrokerError, Unsupported
from emqx_tui.domain.models import Kind
from emqx_tui.fleet.refusals import not_offered
from emqx_tui.fleet.state_file import StateFiles
from emqx_tui.i18n import _
from emqx_tui.report.wish import Wish, named_only
from emqx_tui.resources.deployments import DEPLOYMENTS
from emqx_tui.resources.queries import parse_query
from emqx_tui.resources.spec import Resource
from emqx_tui.resources.wording import KINDS
from emqx_tui.text import sanitize


SECRET: Final = '"$EMQX_TUI_APP_SECRET"'  # noqa: S105  the name of a variable
"""In place of the secret, which is never printed: the variable that this program reads, too."""

EXAMPLES: Final = {
    "EMQX 5": Deployment(name="EMQX 5, 6", url="http://127.0.0.1:18083/api/v5", app_id="KEY", api=Api.V5),
    "EMQX 4": Deployment(name="EMQX 4", url="http://127.0.0.1:8081/api/v4", app_id="KEY", api=Api.V4),
}
"""What is shown where nothing is configured."""

_KINDS: Final = {Api.V4: Kind.EMQX4, Api.V5: Kind.EMQX5, Api.NANOMQ: Kind.NANOMQ}

_SERVERLESS: Final = ("/clients", "/subscriptions")
"""What its API has of lists. Its adapter is that of EMQX 5, which learns from the answer what is not there."""

Question = Callable[[Broker], Awaitable[Any]]


async def curl(
    resource: Resource[Any], deployments: Sequence[Deployment], wish: Wish, *, files: StateFiles, out: TextIO
) -> int:
    """Print the requests for the rows of these deployments. Nothing is sent to anybody.

    Returns:
        0, or 2 when an address cannot be used.
    """
    code = 0
    for number, deployment in enumerate(deployments or EXAMPLES.values()):
        out.write("\n" if number else "")
        try:
            places = _places(deployment, files)
        except BadAddress as error:
            out.write(_comment(f"{deployment.name}: {explain(error)}"))
            code = 2
            continue
        for kind, base in places:
            title = KINDS[kind] + {Kind.EMQX4: " 4", Kind.EMQX5: " 5, 6"}.get(kind, "")
            out.write(_comment(f"{deployment.name} ({title})" if deployment.name != title else title))
            out.writelines(await _lines(resource, wish, deployment, kind, base))
    return code


def _places(deployment: Deployment, files: StateFiles) -> list[tuple[Kind, str]]:
    """What answers and where, as far as that is known; otherwise both generations."""
    bases = repair(deployment.url).bases
    set_by_user = _KINDS.get(deployment.api)
    found = files.load(deployment.name, deployment.url).remembered
    if found is not None and found.base in bases and set_by_user in {None, found.kind, _relative(found.kind)}:
        return [(found.kind, found.base)]
    places = [(Kind.EMQX5 if base.endswith("/api/v5") else Kind.EMQX4, base) for base in bases]
    if set_by_user is None:
        return places
    version = "/api/v5" if set_by_user is Kind.EMQX5 else "/api/v4"
    fitting = [base for base in bases if base.endswith(version)] or list(bases)
    return [(set_by_user, fitting[0])]


def _relative(kind: Kind) -> Kind:
    """What a user calls it in `api`: Serverless is a part of EMQX 5."""
    return Kind.EMQX5 if kind is Kind.SERVERLESS else kind


async def _lines(resource: Resource[Any], wish: Wish, deployment: Deployment, kind: Kind, base: str) -> list[str]:
    ways, reason = await _ways(resource, wish, kind, base)
    lines = [_comment(told) for told in ([] if reason is None else [_reason(reason, kind)])]
    for number, way in enumerate(ways):
        if number:
            lines.append(_comment(_("where that is not offered (404):")))
        for request in way:
            lines.append(_command(deployment, base, request))
            lines += [_comment(told) for told in _further(request)]
    for command in _ctl(resource, kind):
        lines.append(_comment(_("the same on a node: {command}").format(command=command)))
    return lines


async def _ways(
    resource: Resource[Any], wish: Wish, kind: Kind, base: str
) -> tuple[list[list[Request]], BrokerError | None]:
    asked = resource.asked
    if asked is not None:
        found = parse_query(wish.find, named_only(asked), kind)
        if found.complaint:
            return [], BadRequest(found.complaint)
        ways, reason = await requests_of(kind, base, lambda broker: asked.page(broker, found.query, None))
        if kind is Kind.SERVERLESS and ways and not ways[0][0].path.startswith(_SERVERLESS):
            return [], Unsupported()
        return ways, reason
    offered = ADAPTERS[kind].paced[Attention.OPEN]
    parts = dict(ADAPTERS[kind].paced[Attention.HEARTBEAT if resource is DEPLOYMENTS else Attention.LOOK])
    if resource.part is not None:
        if resource.part not in offered:
            return [], Unsupported()
        parts[resource.part] = offered[resource.part]
    requests: list[Request] = []
    for part in parts:
        ways, _reason = await requests_of(kind, base, _question(part))
        requests += [one for one in (ways[0] if ways else []) if one not in requests]
    return [requests], None


def _question(part: Part) -> Question:
    """Every part but the past has a question of its name."""
    return lambda broker: getattr(broker, part.value)()


def _reason(error: BrokerError, kind: Kind) -> str:
    if isinstance(error, Unsupported):
        return not_offered(kind, "4" if kind is Kind.EMQX4 else None)
    return error.detail or explain(error, kind).what


def _command(deployment: Deployment, base: str, request: Request) -> str:
    query = urlencode(request.params, quote_via=quote, safe="@,:")
    url = base + request.path + ("?" + query if query else "")
    words = ["curl", "-sS"]
    if any(character in url for character in "[]{}"):
        words.append("--globoff")
    if deployment.app_id:
        words += ["-u", shlex.quote(f"{deployment.app_id}:") + SECRET]
    for option, file in (
        ("--cacert", deployment.ca_file),
        ("--cert", deployment.client_cert),
        ("--key", deployment.client_key),
    ):
        words += [option, shlex.quote(str(file))] if file is not None else []
    if not deployment.verify:
        words.append("--insecure")
    if deployment.proxy:
        # It may have a password of its own.
        words += ["--proxy", '"$PROXY"' if "@" in deployment.proxy else shlex.quote(deployment.proxy)]
    return " ".join([*words, shlex.quote(url)]) + "\n"


def _further(request: Request) -> list[str]:
    """How the next page is asked for."""
    if request.path.endswith("_v2"):
        return [_("the next page: with cursor=… as meta.cursor of the answer says")]
    name = next((name for name in ("page", "_page") if name in dict(request.params)), None)
    return [] if name is None else [_("the next page: {name}=2, while meta.hasnext is true").format(name=name)]


def _ctl(resource: Resource[Any], kind: Kind) -> list[str]:
    """What tells the same on a node. EMQX 4 has the command under its older name, NanoMQ and Serverless have none."""
    asked = resource.asked
    command = resource.ctl if asked is None else asked.ctl
    if kind is Kind.EMQX4:
        older = "" if asked is None else asked.ctl4
        command = older or command.replace("emqx ctl ", "emqx_ctl ")
    return [command] if command and kind in {Kind.EMQX4, Kind.EMQX5} else []


def _comment(text: str) -> str:
    return f"# {sanitize(text)}\n"
