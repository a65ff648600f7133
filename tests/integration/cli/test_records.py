import json
import lzma
import os
import pty
import signal
from pathlib import Path
from subprocess import PIPE

import pytest
from aiokafka import AIOKafkaConsumer

from tests.integration.cli.commands import begin, watchfloor
from tests.support.servers import unique


@pytest.fixture
def settings(kafka: str, tmp_path: Path) -> dict[str, str]:
    """Return settings of groups that nobody else has, on real Kafka with its topics."""
    settings = {
        "WATCHFLOOR_KAFKA__BOOTSTRAP_SERVERS": kafka,
        "WATCHFLOOR_CLASSIFIER__GROUP": unique("classifier"),
        "WATCHFLOOR_NOTIFIER__GROUP": unique("notifier"),
    }
    assert watchfloor(tmp_path, "topics", "ensure", env=settings).returncode == 0
    return settings


def lag(where: Path, settings: dict[str, str]) -> int:
    done = watchfloor(where, "lag", "--json", env=settings)
    assert (done.returncode, done.stderr) == (0, "")
    return int(json.loads(done.stdout)["lag"])


def test_what_is_published_is_before_the_group_that_reads_it(
    tmp_path: Path, settings: dict[str, str]
) -> None:
    before = lag(tmp_path, settings)
    lines = [json.dumps({"id": f"i{number}", "title": "Rain"}) for number in range(1_000)]
    (tmp_path / "feed.jsonl.xz").write_bytes(lzma.compress("\n".join(lines).encode()))
    done = watchfloor(tmp_path, "publish", "feed.jsonl.xz", env=settings)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("published 1,000 to news.items in ")
    assert lag(tmp_path, settings) == before + 1_000


async def test_a_line_that_is_no_item_arrives_as_it_is(
    tmp_path: Path, kafka: str, settings: dict[str, str]
) -> None:
    mark = unique("mark")
    text = json.dumps({"id": mark, "title": "Rain"}) + f"\nno {mark}\r\n"
    done = watchfloor(tmp_path, "publish", "-", env=settings, text=text)
    assert "1 of them without an id" in done.stdout
    found = {}
    consumer = AIOKafkaConsumer("news.items", bootstrap_servers=kafka, auto_offset_reset="earliest")
    async with consumer:
        async for record in consumer:
            if mark.encode() in (record.value or b""):
                found[record.value] = record.key
            if len(found) == 2:
                break
    assert found[text.split("\n")[0].encode()] == mark.encode()
    assert found[f"no {mark}\r".encode()] is None


def test_a_topic_that_is_misspelt_is_named_at_once(
    tmp_path: Path, settings: dict[str, str]
) -> None:
    for arguments in (["publish", "-", "--topic", "news.itms"], ["tail", "news.itms"]):
        done = watchfloor(tmp_path, *arguments, env=settings)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith("there is no topic news.itms")


def test_topics_take_the_records_that_they_must(tmp_path: Path, settings: dict[str, str]) -> None:
    large = json.dumps({"id": unique("large"), "title": "x", "body": "x" * 2_000_000})
    assert watchfloor(tmp_path, "publish", "-", env=settings, text=large).returncode == 0
    done = watchfloor(tmp_path, "publish", "-", env=settings, text=f'{{"id":"a"}}\n{large}{large}')
    assert done.returncode == 1
    assert done.stdout.startswith("published 1 to news.items")
    assert "too large for Kafka and not published: 1, the first of them line 2" in done.stderr


def test_ensuring_topics_twice_changes_nothing(tmp_path: Path, settings: dict[str, str]) -> None:
    done = watchfloor(tmp_path, "topics", "ensure", "--partitions", "9", env=settings)
    assert done.stdout.count("was there") == 8
    assert "created" not in done.stdout


def test_kafka_away_is_one_line(tmp_path: Path) -> None:
    nowhere = {"WATCHFLOOR_KAFKA__BOOTSTRAP_SERVERS": "127.0.0.1:9"}
    done = watchfloor(tmp_path, "lag", env=nowhere)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Kafka at 127.0.0.1:9: ")
    assert done.stderr.count("\n") == 1


def test_a_reader_who_has_seen_enough_ends_it_quietly(tmp_path: Path) -> None:
    line = json.dumps({"id": "a", "title": "Rain"}) + "\n"
    (tmp_path / "feed.jsonl").write_text(line * 50_000)
    with begin(tmp_path, "classify", "feed.jsonl") as classifying:
        assert classifying.stdout is not None
        assert classifying.stderr is not None
        assert json.loads(classifying.stdout.readline())["id"] == "a"
        classifying.stdout.close()
        assert classifying.stderr.read() == ""


def test_an_interrupt_of_a_waiting_command_says_nothing(
    tmp_path: Path, settings: dict[str, str]
) -> None:
    with begin(tmp_path, "tail", "news.items", "--from-beginning", env=settings) as tailing:
        watchfloor(tmp_path, "publish", "-", env=settings, text='{"id":"a"}')
        assert tailing.stdout is not None
        assert tailing.stderr is not None
        tailing.stdout.readline()
        tailing.send_signal(signal.SIGINT)
        assert tailing.wait(30) == 130
        assert tailing.stderr.read() == ""


@pytest.mark.parametrize("columns", ["60", "200"])
def test_a_terminal_sees_a_bar_and_the_next_program_does_not(
    tmp_path: Path, settings: dict[str, str], columns: str
) -> None:
    ours, theirs = pty.openpty()
    with begin(
        tmp_path, "publish", "-", env=settings | {"COLUMNS": columns}, stdin=PIPE, stderr=theirs
    ) as publishing:
        os.close(theirs)
        out, _ = publishing.communicate('{"id":"a"}\n', timeout=60)
    assert out.startswith("published 1 to news.items")
    assert b"publishing" in os.read(ours, 10_000)
    os.close(ours)
    assert publishing.returncode == 0
