"""Lanes: each channel's own room, turns and pace, so that none waits for another."""

import asyncio
from dataclasses import dataclass, field
from typing import Final

from services.notifier.routes import Route
from services.notifier.webhook import Sender

_ROUNDS: Final = 10  # in hand at most, in turns of the channel's concurrency


@dataclass(slots=True)
class Lane:
    """A channel at work: its senders, its turns, and what is in hand."""

    route: Route
    turns: asyncio.Semaphore
    idle: list[Sender] = field(default_factory=list)
    in_hand: int = 0
    more: bool = False  # the last claim filled the room: there may be more
    disabled: bool = False  # nothing is sent until an operator enables it
    failing: bool = False  # the last attempt failed
    next_turn: float = 0.0  # the loop's time before which the pace allows no post

    @property
    def capacity(self) -> int:
        """How many deliveries may be in hand."""
        return self.route.format.CONCURRENCY * _ROUNDS

    @property
    def room(self) -> int:
        """How many may be leased: none until half is free, because small claims cost as much."""
        free = self.capacity - self.in_hand
        return free if free * 2 >= self.capacity else 0

    async def keep_pace(self) -> None:
        """Wait until the format's rate allows the next post."""
        if (rate := self.route.format.RATE) is None:
            return
        now = asyncio.get_running_loop().time()
        due = max(self.next_turn, now)
        self.next_turn = due + 1 / rate
        await asyncio.sleep(due - now)
