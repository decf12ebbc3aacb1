"""From a configured deployment to the adapter of its broker: the secret is read when it is needed, not before."""

from emqx_tui.api.address import repair
from emqx_tui.config import Deployment, SecretError, read_secret
from emqx_tui.domain.broker import Broker, Endpoint, Remembered, Revealable
from emqx_tui.domain.errors import BadAddress, CredentialsMissing


class NoSecret:
    """The secret of a deployment that has none."""

    def reveal(self) -> str:
        """The empty text."""
        return ""


async def connect(deployment: Deployment, remembered: Remembered | None) -> Broker:
    """The adapter for what answers at the deployment.

    Raises:
        BrokerError: Its secret cannot be read, or nothing usable answers.
    """
    # Imported here, so that what needs no network does not pay for it.
    from emqx_tui.api import detect  # noqa: PLC0415

    secret: Revealable = NoSecret()
    if deployment.secret is not None:
        try:
            secret = await read_secret(deployment.secret)
        except SecretError as error:
            raise CredentialsMissing(str(error)) from None
    endpoint = Endpoint(
        url=deployment.url,
        app_id=deployment.app_id or "",
        secret=secret,
        api=deployment.api.value,
        ca_file=deployment.ca_file,
        client_cert=deployment.client_cert,
        client_key=deployment.client_key,
        verify=deployment.verify,
        allow_http=deployment.allow_http,
        proxy=deployment.proxy,
        write=deployment.write,
    )
    return await detect.connect(endpoint, remembered)


def standing_warnings(deployment: Deployment) -> tuple[str, ...]:
    """Ids of what has to stay in sight of whoever watches the deployment."""
    warnings = []
    if deployment.allow_http and _crosses_the_network_in_clear(deployment.url):
        warnings.append("plain-http")
    if not deployment.verify:
        warnings.append("no-verify")
    return tuple(warnings)


def _crosses_the_network_in_clear(url: str) -> bool:
    try:
        address = repair(url)
    except BadAddress:
        return False
    return address.plain and not address.loopback
