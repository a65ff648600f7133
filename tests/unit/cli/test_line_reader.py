import gzip
import io
import lzma
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from services.cli.errors import ExpectedError
from services.cli.line_reader import Lines


def lines(name: str | Path) -> list[bytes]:
    with Lines.opened(str(name)) as read:
        return [line for some in read for line in some]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(b"", [], id="nothing"),
        pytest.param(b"one", [b"one"], id="no newline at the end"),
        pytest.param(b"one\n", [b"one"], id="newline at the end"),
        pytest.param(b"one\n\n", [b"one", b""], id="an empty line at the end"),
        pytest.param(b"\none", [b"", b"one"], id="an empty line at the start"),
        pytest.param(b"one\r\ntwo\rstill two", [b"one\r", b"two\rstill two"], id="returns"),
        pytest.param("a\u2028b\x85c\n".encode(), ["a\u2028b\x85c".encode()], id="unicode breaks"),
        pytest.param(b"\xff\x00\n\xfe", [b"\xff\x00", b"\xfe"], id="no text at all"),
    ],
)
def test_only_a_newline_ends_a_line(tmp_path: Path, content: bytes, expected: list[bytes]) -> None:
    (tmp_path / "feed.jsonl").write_bytes(content)
    assert lines(tmp_path / "feed.jsonl") == expected


@pytest.mark.parametrize(
    ("suffix", "compress"), [(".xz", lzma.compress), (".gz", gzip.compress)], ids=["xz", "gz"]
)
def test_a_compressed_file_is_read_by_its_name(
    tmp_path: Path, suffix: str, compress: Callable[[bytes], bytes]
) -> None:
    path = tmp_path / f"feed.jsonl{suffix}"
    path.write_bytes(compress(b"one\n") + compress(b"two"))  # as `cat` joins two archives
    assert lines(path) == [b"one", b"two"]


def test_a_line_longer_than_one_read_is_one_line(tmp_path: Path) -> None:
    long = b"x" * 300_000
    (tmp_path / "feed").write_bytes(long + b"\nshort\n" + long)
    assert lines(tmp_path / "feed") == [long, b"short", long]


def test_a_dash_is_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(b"a\nb"))))
    assert lines("-") == [b"a", b"b"]


def test_lines_that_trickle_in_are_not_held_back(monkeypatch: pytest.MonkeyPatch) -> None:
    class Trickle(io.BytesIO):
        pieces: Iterator[bytes] = iter([b"a\nb", b"c\n", b""])

        def read1(self, size: int | None = -1, /) -> bytes:
            return next(self.pieces)

    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(Trickle()))
    with Lines.opened("-") as read:
        assert list(read) == [[b"a"], [b"bc"]]


def test_a_byte_order_mark_is_no_part_of_the_first_line(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"\xef\xbb\xbfa\n\xef\xbb\xbfb\n")
    assert lines(tmp_path / "f") == [b"a", b"\xef\xbb\xbfb"]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        pytest.param("missing", None, "No such file", id="missing"),
        pytest.param("cut.xz", lzma.compress(b"x" * 9)[:-9], "ended before", id="cut xz"),
        pytest.param("wrong.xz", b"no archive", "format", id="no xz"),
        pytest.param("cut.gz", gzip.compress(b"x" * 9)[:-9], "ended before", id="cut gz"),
        pytest.param("wrong.gz", b"no archive", "gzip", id="no gz"),
    ],
)
def test_what_cannot_be_read_is_named_in_one_line(
    tmp_path: Path, name: str, content: bytes | None, says: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ExpectedError, match=says) as raised:
        lines(path)
    assert str(raised.value).startswith(f"{path}: ")
    assert "\n" not in str(raised.value)


def test_the_position_reaches_the_size_of_the_file_as_it_lies(tmp_path: Path) -> None:
    path = tmp_path / "feed.xz"
    path.write_bytes(lzma.compress(b"line\n" * 100_000))
    with Lines.opened(str(path)) as read:
        assert sum(len(some) for some in read) == 100_000
        assert read.position() == read.size == path.stat().st_size
