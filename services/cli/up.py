"""`watchfloor up`."""


def run(*, embedded: bool, once: bool) -> int:
    """Run it."""
    raise NotImplementedError
