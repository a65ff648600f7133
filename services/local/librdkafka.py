"""librdkafka's in-process cluster ("mock cluster"), by ctypes from confluent-kafka's wheel.

Its functions are declared in confluentinc/librdkafka `src/rdkafka_mock.h`. The Python client can
start the cluster but has no word for creating a topic with a number of partitions.
"""

import ctypes
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from services.local.processes import StartError

_PRODUCER: Final = 0  # rd_kafka_type_t
_WHEEL: Final = ("../confluent_kafka.libs/librdkafka-*.so*", ".dylibs/librdkafka*.dylib")
_ERROR_SIZE: Final = 512  # bytes

_POINTER, _INT, _TEXT, _SIZE = ctypes.c_void_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_size_t
_INT32: Final = ctypes.c_int32


class Cluster:
    """A cluster of one broker on a random loopback port, which lives as long as the process."""

    def __init__(self) -> None:
        """Raises StartError where the library or one of its functions is missing."""
        self._library = _load()
        self._cluster = self._function("rd_kafka_handle_mock_cluster", _POINTER, _POINTER)(
            self._client()
        )
        self._function("rd_kafka_mock_group_initial_rebalance_delay_ms", None, _POINTER, _INT32)(
            self._cluster, 0
        )

    def bootstrap(self) -> str:
        """Return its address."""
        address = self._function("rd_kafka_mock_cluster_bootstraps", _TEXT, _POINTER)(self._cluster)
        return str(address.decode())

    def create_topic(self, name: str, partitions: int) -> None:
        """Create a topic. Raises StartError without a partition, or where it exists."""
        if partitions < 1:  # librdkafka would make a topic without any, or abort the process
            raise StartError(f"topic {name} needs a partition, not {partitions}")
        create = self._function("rd_kafka_mock_topic_create", _INT, _POINTER, _TEXT, _INT, _INT)
        if code := create(self._cluster, name.encode(), partitions, 1):
            raise StartError(
                f"librdkafka refuses topic {name} with {partitions} partitions: {code}"
            )

    def _client(self) -> Any:
        """Return the client that carries the cluster."""
        error = ctypes.create_string_buffer(_ERROR_SIZE)
        settings = self._function("rd_kafka_conf_new", _POINTER)()
        put = self._function("rd_kafka_conf_set", _INT, _POINTER, _TEXT, _TEXT, _TEXT, _SIZE)
        for name, value in ((b"test.mock.num.brokers", b"1"), (b"log_level", b"0")):
            if put(settings, name, value, error, _ERROR_SIZE):
                raise StartError(f"librdkafka: {error.value.decode()}")
        new = self._function("rd_kafka_new", _POINTER, _INT, _POINTER, _TEXT, _SIZE)
        client = new(_PRODUCER, settings, error, _ERROR_SIZE)
        if not client:
            raise StartError(f"librdkafka: {error.value.decode()}")
        return client

    def _function(self, name: str, result: Any, *arguments: Any) -> Callable[..., Any]:
        try:
            function = getattr(self._library, name)
        except AttributeError:
            raise StartError(f"confluent-kafka's librdkafka does not export {name}") from None
        function.restype, function.argtypes = result, arguments
        return function  # type: ignore[no-any-return]  # what ctypes finds has no type


def _load() -> ctypes.CDLL:
    spec = find_spec("confluent_kafka")
    if spec is not None and spec.origin is not None:
        package = Path(spec.origin).parent
        for found in (path for pattern in _WHEEL for path in package.glob(pattern)):
            return ctypes.CDLL(str(found))
    raise StartError("the embedded broker needs the wheel confluent-kafka with its librdkafka")
