"""Turns itself into a command that lives as `processes` wants it to.

A program, run by its path with `python -I -S`, and not a function between fork and exec, because
Python code there may wait for ever on a lock that another thread held at the fork.

    launch.py bound PARENT SIGNAL UID GID COMMAND...   SIGNAL hits it when the parent has gone
    launch.py detached PID_FILE COMMAND...             it stays, and PID_FILE says where
"""

import ctypes
import os
import sys
from pathlib import Path

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def _bind(parent: int, death_signal: int, uid: int, gid: int) -> None:
    if uid != os.geteuid():
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    # After the change of user, because the kernel forgets the signal with it (prctl(2)).
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, death_signal)
    if os.getppid() != parent:
        sys.exit("the parent ended before its child began")


def _detach(pid_file: Path) -> None:
    if os.fork():
        os._exit(0)  # whoever adopts orphans waits for the command, so that no zombie stays
    new = pid_file.with_name(f"{pid_file.name}.new")
    new.write_text(f"{os.getpid()}\n")
    new.replace(pid_file)


def main(arguments: list[str]) -> None:
    """Make the wanted bond, then become the command."""
    if arguments[0] == "bound":
        parent, death_signal, uid, gid = map(int, arguments[1:5])
        command = arguments[5:]
        _bind(parent, death_signal, uid, gid)
    else:
        command = arguments[2:]
        _detach(Path(arguments[1]))
    try:
        os.execvp(command[0], command)  # noqa: S606 (no shell is wanted)
    except OSError as error:
        sys.exit(f"{command[0]}: {error.strerror}")


if __name__ == "__main__":
    main(sys.argv[1:])
