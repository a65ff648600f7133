import signal
import sys
from collections.abc import Iterator

import pytest
import rich


@pytest.fixture(autouse=True)
def rich_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Undo what a service hides from its own process, of which a test has only one."""
    monkeypatch.setitem(sys.modules, "rich", rich)


@pytest.fixture(autouse=True)
def the_interrupt_comes_back() -> Iterator[None]:
    """Undo what a command makes of an interrupt in its own process."""
    before = signal.getsignal(signal.SIGINT)
    yield
    signal.signal(signal.SIGINT, before)
