"""Locks that a server holds for as long as a process of it lives.

It inherits the open file, and so do its children: unlike a process id, a lock is nobody else's
after a crash, and it stays taken until the last orphan of a killed server has gone.
"""

import fcntl
from pathlib import Path
from typing import IO


def take(path: Path) -> IO[bytes] | None:
    """Return the open file that holds the lock, None where another holds it. It is made if need be.

    The lock is free again when this file and the copies that children inherited are closed.
    """
    lock = path.open("ab")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    return lock


def is_held(path: Path) -> bool:
    """Say whether somebody holds the lock."""
    if not path.exists():
        return False
    lock = take(path)
    if lock is None:
        return True
    lock.close()
    return False
