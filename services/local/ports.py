"""TCP ports of the loopback interface for servers that we start."""

import random
import socket
from typing import Final

HOST: Final = "127.0.0.1"

# Below every system's range for outgoing connections. Within it, a client that knocks at a server
# that is down may be given the very port that it knocks at, connect to itself, and hold the port
# when the server comes back.
_RANGE: Final = range(15_000, 32_000)


def free_port() -> int:
    """Return a port that nobody listens on now. Raises OSError where a hundred are taken."""
    for port in random.SystemRandom().sample(_RANGE, 100):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return port
    raise OSError("no free port")
