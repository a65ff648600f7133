"""var/run.json: where the pipeline of `watchfloor up` is, for commands in another terminal.

Beside it lies a lock that `up` holds for as long as it lives: what a killed one left behind is
not believed, and two of them do not share one folder.
"""

import contextlib
import fcntl
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Self

from services.cli.errors import ExpectedError

VAR: Final = Path("var")  # below the current directory
_FILE: Final = "run.json"
_LOCK: Final = "run.lock"


@dataclass(frozen=True, slots=True)
class Run:
    """What runs, and where."""

    bootstrap_servers: str
    ledger_url: str
    embedded: bool
    inbox_url: str
    pids: Mapping[str, int]

    @classmethod
    def read(cls, var: Path = VAR) -> Self | None:
        """Return the run of a folder; None where nothing runs."""
        try:
            values = json.loads((var / _FILE).read_text())
            with _locked(var) as free:
                return None if free else cls(**values)
        except FileNotFoundError:
            return None
        except (ValueError, TypeError) as error:
            raise ExpectedError(f"{var / _FILE}: {error}") from None

    @property
    def fallback(self) -> dict[str, dict[str, Any]]:
        """The settings that hold where neither the environment nor a file says anything."""
        return {
            "kafka": {"bootstrap_servers": self.bootstrap_servers},
            "ledger": {"url": self.ledger_url},
        }

    @contextlib.contextmanager
    def written(self, var: Path = VAR) -> Iterator[None]:
        """Keep the file for as long as the context lasts. It appears whole."""
        path = var / _FILE
        new = path.with_name(f"{_FILE}.new")
        new.write_text(json.dumps(asdict(self), indent=2) + "\n")
        new.replace(path)
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


@contextlib.contextmanager
def alone(var: Path = VAR) -> Iterator[None]:
    """Be the only `up` of a folder. Raises ExpectedError where another is."""
    with _locked(var) as free:
        if not free:
            raise ExpectedError(f"watchfloor up runs in {var.resolve()} already")
        yield


@contextlib.contextmanager
def _locked(var: Path) -> Iterator[bool]:
    var.mkdir(parents=True, exist_ok=True)
    with (var / _LOCK).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
