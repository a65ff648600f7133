"""No network for tests that must do without."""

from collections.abc import Iterator

import pytest
from pytest_socket import disable_socket, enable_socket


@pytest.fixture(autouse=True)
def no_network() -> Iterator[None]:
    """Let a test open sockets of this machine alone, of which an event loop needs a pair."""
    disable_socket(allow_unix_socket=True)
    yield
    enable_socket()
