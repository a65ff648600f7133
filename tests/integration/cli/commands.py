"""`watchfloor` as a user runs it: a process of its own in a folder of its own."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

WATCHFLOOR: Final = (sys.executable, "-m", "services.cli.main")


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return ours without settings of Watchfloor's but those given."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("WATCHFLOOR_")}
    return ours | dict(more or {})


def watchfloor(
    where: Path, *arguments: str, env: Mapping[str, str] | None = None, text: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end in a folder, `text` on its standard input."""
    return subprocess.run(
        [*WATCHFLOOR, *arguments],
        cwd=where,
        env=environment(env),
        input=text,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def begin(
    where: Path,
    *arguments: str,
    env: Mapping[str, str] | None = None,
    stdin: int = subprocess.DEVNULL,
    stderr: int = subprocess.PIPE,
) -> subprocess.Popen[str]:
    """Begin a command in a folder and a session of its own, as a terminal would."""
    return subprocess.Popen(
        [*WATCHFLOOR, *arguments],
        cwd=where,
        env=environment(env),
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
        start_new_session=True,
    )
