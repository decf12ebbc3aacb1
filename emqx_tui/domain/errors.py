"""What can go wrong between this program and a broker. An error is data: it is stored beside the last good rows.

No sentence stands here; `api/result_codes.py` says what each of them means and what to do next. Texts from the
broker (`detail`) are sanitised before they come in. None of these ever holds a secret.
"""

from enum import StrEnum


class Step(StrEnum):
    """The step of a request at which nothing came back."""

    DNS = "dns"
    CONNECT = "connect"
    TLS = "tls"
    TIMEOUT = "timeout"
    CLOSED = "closed"


class BrokerError(Exception):
    """A request to a broker that brought no usable answer.

    Attributes:
        path: The resource path that was asked, without the base.
        status: HTTP status, when there was one.
        code: The result code or error word in the body, when there was one.
        detail: What the broker or the operating system said, sanitised and short.
        halts: Asking again changes nothing until the user does something, so polling stops.
    """

    halts = False

    def __init__(
        self, detail: str = "", *, path: str = "", status: int | None = None, code: int | str | None = None
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.path = path
        self.status = status
        self.code = code


class Unreachable(BrokerError):
    """No answer; `step` says how far the request came."""

    def __init__(self, step: Step, detail: str = "", *, path: str = "") -> None:
        super().__init__(detail, path=path)
        self.step = step

    @property
    def hung(self) -> bool:
        """The connection stood but no answer came: the sign of a peer node that hangs."""
        return self.step in {Step.TIMEOUT, Step.CLOSED}


class Unauthorized(BrokerError):
    """The credentials were refused (401). Polling stops so that no account is locked out."""

    halts = True


class CredentialsMissing(BrokerError):
    """The secret could not be read from where the configuration says it is; `detail` says why."""

    halts = True


class PlainHttpRefused(BrokerError):
    """The address is plain HTTP to another machine and `allow_http` is not set; nothing was sent."""

    halts = True


class BadAddress(BrokerError):
    """The URL cannot be the address of an API; `detail` says why."""

    halts = True


class ReadOnly(BrokerError):
    """The deployment is open for reading only, and this would have changed something; nothing was sent."""


class NotPermitted(BrokerError):
    """The request is none of those that this program may send; nothing was sent.

    `detail` is the method, `path` the path as it was given, both sanitised.
    """


class Forbidden(BrokerError):
    """The key is valid but may not ask this (403).

    Attributes:
        scope: The API key scope that is missing, where it is known (API reference, 1.4).
    """

    def __init__(
        self, detail: str = "", *, path: str = "", code: int | str | None = None, scope: str | None = None
    ) -> None:
        super().__init__(detail, path=path, status=403, code=code)
        self.scope = scope


class NotFound(BrokerError):
    """The broker knows the path but not the thing (404 with a word for it, or an unknown node)."""


class Gone(NotFound):
    """What was to be changed is not there any more; nothing was sent."""


class OnAnotherNode(NotFound):
    """The node that was asked does not have the alarm that was to be cleared (EMQX up to 5.10.2)."""


class Unsupported(BrokerError):
    """This broker does not offer the path or the method (404, 405)."""


class SwitchedOff(BrokerError):
    """The broker offers it, and somebody has it switched off.

    Attributes:
        feature: Which one; its words stand in `api/result_codes.py`.
    """

    def __init__(self, detail: str = "", *, feature: str, path: str = "", status: int | None = None) -> None:
        super().__init__(detail, path=path, status=status)
        self.feature = feature


class RateLimited(BrokerError):
    """Too many requests (429, or 503 with Retry-After).

    Attributes:
        retry_after: Seconds to wait as the broker asked; None when it did not say.
    """

    def __init__(
        self, detail: str = "", *, path: str = "", status: int = 429, retry_after: float | None = None
    ) -> None:
        super().__init__(detail, path=path, status=status)
        self.retry_after = retry_after


class BadRequest(BrokerError):
    """The broker refused the request as malformed (400)."""


class ServerError(BrokerError):
    """The broker failed (5xx)."""


class BadAnswer(BrokerError):
    """Something answered, but not as an EMQX API does: HTML, text, an empty 204, a redirect, the wrong shape."""


class ResultCodeError(BrokerError):
    """The broker answered with a result code other than 0, or with a message where data was due.

    `code` is an int (4.x, NanoMQ), a word (trace API, v5), or None when there was only a message.
    """
