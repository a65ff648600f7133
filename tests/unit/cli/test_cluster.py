"""Kafka's failures in one line that says what helps."""

from typing import Any, NoReturn

import pytest
from kafka.errors import KafkaTimeoutError, TopicAuthorizationFailedError

from services.cli.cluster import Cluster
from services.cli.errors import ExpectedError


class Client:
    """A client of a Kafka that answers."""

    def __init__(self, **_: Any) -> None:
        pass

    def close(self) -> None:
        pass


def silent(**_: Any) -> NoReturn:
    raise KafkaTimeoutError("Unable to bootstrap")


def test_a_kafka_that_does_not_answer_is_told_with_what_starts_one() -> None:
    with pytest.raises(ExpectedError) as raised, Cluster("there:9092")._lent(silent):
        pytest.fail("there is no client to lend")
    assert str(raised.value) == (
        "Kafka at there:9092: no answer (`watchfloor up` or `watchfloor kafka start` starts one)"
    )


def test_another_failure_is_told_as_kafka_tells_it() -> None:
    with pytest.raises(ExpectedError, match=r"^Kafka at there:9092: .*TopicAuthorizationFailed"):
        with Cluster("there:9092")._lent(Client):
            raise TopicAuthorizationFailedError
