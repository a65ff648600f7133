from pathlib import Path

import pytest

from services.local import java
from services.local.java import JavaMissingError, fetch_jars
from services.local.processes import StartError

MAVEN = """#!/bin/sh
for word in "$@"; do case $word in -DoutputDirectory=*) out=${word#*=};; esac; done
/bin/mkdir -p "$out" && echo >> "$out/../calls" && echo > "$out/kafka.jar"
"""


@pytest.fixture
def commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with all commands that there are: none."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def write(command: Path, text: str) -> None:
    command.write_text(text)
    command.chmod(0o755)


def test_without_java_one_line_names_it(commands: Path) -> None:
    with pytest.raises(JavaMissingError, match=r"^Kafka needs Java 17: no command java$"):
        java.java()


def test_an_old_java_is_named_with_its_version(commands: Path) -> None:
    write(commands / "java", "#!/bin/sh\necho 'openjdk version \"16.0.2\" 2021-07-20' >&2\n")
    with pytest.raises(JavaMissingError, match=r"Kafka needs Java 17: .*bin/java is .*16\.0\.2"):
        java.java()


def test_java_17_will_do(commands: Path) -> None:
    write(commands / "java", "#!/bin/sh\necho 'openjdk version \"17.0.1\" 2021-10-19' >&2\n")
    assert java.java() == str(commands / "java")


def test_without_maven_one_line_names_it(commands: Path, tmp_path: Path) -> None:
    with pytest.raises(JavaMissingError, match=r"^Kafka's jars come by Maven: no command mvn$"):
        fetch_jars(tmp_path / "jars")


def test_jars_are_fetched_once_for_each_state_of_the_pom(
    commands: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(commands / "mvn", MAVEN)
    jars = tmp_path / "jars"
    pom = tmp_path / "pom.xml"
    pom.write_text("one")
    monkeypatch.setattr(java, "_POM", pom)

    def calls() -> int:
        fetch_jars(jars)
        return len((tmp_path / "calls").read_text().splitlines())

    assert [calls(), calls()] == [1, 1]
    (jars / "left-over.jar").touch()
    pom.write_text("two")
    assert [calls(), calls()] == [2, 2]
    assert not (jars / "left-over.jar").exists()


def test_a_failed_fetch_quotes_maven_and_is_not_taken_for_done(
    commands: Path, tmp_path: Path
) -> None:
    write(commands / "mvn", "#!/bin/sh\necho no route; exit 1\n")
    for _ in range(2):
        with pytest.raises(StartError, match="mvn ended with 1:\nno route"):
            fetch_jars(tmp_path / "jars")
