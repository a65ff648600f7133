import ctypes

import pytest

from services.local import librdkafka
from services.local.processes import StartError


def test_a_library_without_the_cluster_is_named_with_what_it_lacks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(librdkafka, "_load", lambda: ctypes.CDLL(None))
    with pytest.raises(StartError, match="librdkafka does not export rd_kafka_"):
        librdkafka.Cluster()


def test_without_the_wheel_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(librdkafka, "find_spec", lambda name: None)
    with pytest.raises(StartError, match="needs the wheel confluent-kafka"):
        librdkafka.Cluster()
