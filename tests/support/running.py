"""What runs, and as whom."""

import os
from pathlib import Path

import psutil

from services.local.processes import StartError, wait_until


def family(pid: int) -> list[psutil.Process]:
    """Return a process and all that descend from it."""
    process = psutil.Process(pid)
    return [process, *process.children(recursive=True)]


def gone(processes: list[psutil.Process], *, timeout: float = 10) -> bool:
    """Say whether all ended within `timeout` seconds.

    One that nobody waits for is a zombie, for ever in a container whose first process does not
    care for orphans: it holds nothing, so it counts as ended.
    """
    assert processes
    try:
        wait_until(
            lambda: all(map(_ended, processes)), timeout=timeout, what="ends", log=Path(os.devnull)
        )
    except StartError:
        return False
    return True


def account_of(pid: int) -> str:
    """Return the name of whom a process runs as."""
    return str(psutil.Process(pid).username())


def program_of(pid: int) -> Path:
    """Return the file that a process runs."""
    return Path(psutil.Process(pid).exe())


def _ended(process: psutil.Process) -> bool:
    try:
        return bool(process.status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True
