"""A small asynchronous client of the wire, for tests, benchmarks and the load tool."""

from pythonide_client.client import Client, connected
from pythonide_client.errors import ClosedError, RefusedError, SignInError, StreamError, WireError
from pythonide_client.following import Transcript, attached, follow
from pythonide_client.sign_in import SignedIn, sign_in, sign_in_by_link

__all__ = (
    "Client", "SignedIn", "Transcript", "attached", "connected", "follow", "sign_in", "sign_in_by_link",
    "ClosedError", "RefusedError", "SignInError", "StreamError", "WireError",
)  # fmt: skip
