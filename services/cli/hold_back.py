"""Publishing no faster than the embedded broker can bear.

It silently forgets what exceeds 5 MiB in a partition, read or not. So a little is published,
then nothing until both groups have read everything: at worst all of it lies in one partition,
and its reports, each with the head of its item, in another.
"""

import contextlib
import time
from collections.abc import Callable, Iterator
from typing import Final

from services.cli.cluster import Cluster
from services.cli.errors import ExpectedError
from services.cli.lag import Position, positions
from services.runtime.settings import Settings

_ROUND: Final = 512 * 1024  # bytes published between two looks at the lag
_LOOK: Final = 0.05  # seconds between two looks
_PATIENCE: Final = 30.0  # seconds in which a group that is behind must read something


@contextlib.contextmanager
def holding_back(cluster: Cluster, settings: Settings) -> Iterator[Callable[[int], None]]:
    """Lend a function to call with the size of each record before it is sent, in bytes.

    It returns at once on real Kafka, which keeps what nobody has read.
    """
    if not cluster.embedded:
        yield lambda _: None
        return
    with positions(cluster, settings) as read:
        sent = 0

        def before_each(size: int) -> None:
            nonlocal sent
            if sent + size > _ROUND:
                wait_until_read(read)
                sent = 0
            sent += size

        yield before_each


def wait_until_read(read: Callable[[], list[Position]]) -> None:
    """Return once no group is behind. Raises ExpectedError where one that is reads nothing."""
    least, since = None, time.monotonic()
    while behind := [position for position in read() if position.lag > 0]:
        lag = sum(position.lag for position in behind)
        if least is None or lag < least:
            least, since = lag, time.monotonic()
        elif time.monotonic() - since > _PATIENCE:
            raise ExpectedError(
                f"group {behind[0].group} has read nothing for {_PATIENCE:.0f} s, and the embedded "
                "broker would forget what is published meanwhile: see var/log/"
            )
        time.sleep(_LOOK)
