import sys

import pytest
import rich


@pytest.fixture(autouse=True)
def rich_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Undo what a service hides from its own process, of which a test has only one."""
    monkeypatch.setitem(sys.modules, "rich", rich)
