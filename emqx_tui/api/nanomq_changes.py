"""The one change that NanoMQ offers: publishing (NanoMQ behaviour, Publishing)."""

import base64

from emqx_tui.api import decode
from emqx_tui.api.base import HttpBroker
from emqx_tui.api.guard import guarded
from emqx_tui.api.v4_changes import CLIENT
from emqx_tui.domain.changes import Change, Publish, Request, Sight, word_of
from emqx_tui.domain.errors import Unsupported


def request(change: Change) -> Request:
    """What is sent for a change.

    `encoding: base64` makes NanoMQ encode what it is sent, the opposite of EMQX: a payload that is no plain text goes
    as `decoding: base64`, which 0.24.5 and later understand. A NUL would end a plain payload.
    """
    if not isinstance(change, Publish):
        raise Unsupported(path=f"/{word_of(change)}")
    body: dict[str, object] = {"topic": change.topic, "qos": change.qos, "retain": change.retain, "clientid": CLIENT}
    try:
        text = change.payload.decode()
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        body |= {"payload": base64.b64encode(change.payload).decode(), "decoding": "base64"}
    else:
        body["payload"] = text
    return Request("POST", "/mqtt/publish", body)


class ChangesNanoMq(HttpBroker):
    """What NanoMQ can be made to do."""

    def request(self, change: Change) -> Request:
        """What is sent."""
        return request(change)

    @guarded
    async def change(self, change: Change) -> str:
        """Send it, once."""
        asked = request(change)
        decode.v4(await self._send(asked.method, asked.path, asked.body), asked.path)
        return ""

    @guarded
    async def sight(self, change: Change) -> Sight:  # noqa: ARG002  a message leaves nothing to be seen
        """Nothing shows it."""
        return Sight()
