"""Kafka's jars by Maven coordinates, and the Java that runs them."""

import fcntl
import hashlib
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from services.local.processes import StartError

DEPLOY: Final = Path(__file__).parents[2] / "deploy" / "kafka"

_POM: Final = DEPLOY / "pom.xml"
_NEEDED: Final = 17  # Java's version, by Kafka 4's upgrade notes
_STAMP: Final = "pom.sha256"


class JavaMissingError(StartError):
    """Java or Maven is not installed, or too old. The message names it in one line."""


def java() -> str:
    """Return the path of Java. Raises JavaMissingError without one of version 17 or newer."""
    path = shutil.which("java")
    if path is None:
        raise JavaMissingError(f"Kafka needs Java {_NEEDED}: no command java")
    said = run([path, "-version"])
    found = re.search(r'version "(\d+)', said)
    if found is None or int(found[1]) < _NEEDED:
        raise JavaMissingError(f"Kafka needs Java {_NEEDED}: {path} is {said.splitlines()[0]}")
    return path


def fetch_jars(jars: Path) -> None:
    """Copy Kafka's jars into the folder, once for each state of `deploy/kafka/pom.xml`.

    Raises JavaMissingError without Maven, StartError with Maven's words where it fails.
    """
    stamp = hashlib.sha256(_POM.read_bytes()).hexdigest()
    jars.parent.mkdir(parents=True, exist_ok=True)
    with jars.with_name(f"{jars.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two starts at once share one download
        if _stamped(jars, stamp):
            return
        maven = shutil.which("mvn")
        if maven is None:
            raise JavaMissingError("Kafka's jars come by Maven: no command mvn")
        shutil.rmtree(jars, ignore_errors=True)
        goal = ["dependency:copy-dependencies", f"-DoutputDirectory={jars.resolve()}"]
        run([maven, "-q", "-B", "-f", str(_POM), *goal])
        (jars / _STAMP).write_text(stamp)


def run(command: Sequence[str]) -> str:
    """Run a command to its end and return what it said. Raises StartError where it fails."""
    done = subprocess.run(  # noqa: S603 (the callers are ours)
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode != 0:
        raise StartError(f"{command[0]} ended with {done.returncode}:\n{done.stdout.strip()}")
    return done.stdout


def _stamped(jars: Path, stamp: str) -> bool:
    try:
        return (jars / _STAMP).read_text() == stamp
    except FileNotFoundError:
        return False
