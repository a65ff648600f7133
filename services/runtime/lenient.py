"""Reading on past a header whose name is no UTF-8.

aiokafka cannot parse such a record, and would try the same one for ever: whoever may write one
record to a topic could stop all alerts. Its parser in Python can be taught to replace what it
cannot decode; it is slower than the one in C, so it takes over when the first such record is met.
"""

from typing import Any, Self

from aiokafka.consumer import fetcher
from aiokafka.record import memory_records
from aiokafka.record.default_records import _DefaultRecordBatchPy


class _Lenient(bytes):
    """Bytes whose slices decode with U+FFFD for what is no UTF-8."""

    def __getitem__(self, index: Any) -> Any:
        part = super().__getitem__(index)
        return _Lenient(part) if isinstance(index, slice) else part

    def decode(self, encoding: str = "utf-8", errors: str = "replace") -> str:  # noqa: ARG002
        return super().decode(encoding, "replace")


class _LenientBatch(_DefaultRecordBatchPy):  # type: ignore[misc] # final for subtypes, not for us
    def __iter__(self) -> Self:
        super().__iter__()
        self._buffer: bytes = _Lenient(self._buffer)
        return self


def read_leniently() -> bool:
    """Let this process's consumers parse leniently from their next fetch; False: they do."""
    if memory_records.DefaultRecordBatch is _LenientBatch:
        return False
    # aiokafka chooses its parser by these two names, and offers no other way.
    memory_records.DefaultRecordBatch = _LenientBatch
    fetcher.MemoryRecords = memory_records._MemoryRecordsPy  # noqa: SLF001
    return True
