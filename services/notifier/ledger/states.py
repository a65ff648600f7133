"""What may have become of a delivery."""

from enum import StrEnum
from typing import Final


class State(StrEnum):
    """What has become of a delivery."""

    WAITING = "waiting"
    LEASED = "leased"
    DELIVERED = "delivered"
    DEAD = "dead"
    EXPIRED = "expired"


GIVEN_UP: Final = (State.DEAD, State.EXPIRED)
"""The states from which a delivery can be put back; what was delivered is never sent again."""
