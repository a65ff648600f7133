"""The life of a service: probes first, then what it needs, then its work, until a signal.

The probes answer while the service waits for Kafka or the ledger: it is alive, not ready.
"""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from importlib.metadata import version
from typing import Any, Final, Protocol

import structlog
from prometheus_client import CollectorRegistry

from services.runtime.probes import Check, make_app, serving
from services.runtime.settings import ConfigurationError

log = structlog.get_logger(__name__)

SERVICE_VERSION: Final = version("watchfloor")


class Service(Protocol):
    """What `serve` runs."""

    registry: CollectorRegistry
    live: dict[str, Check]
    ready: dict[str, Check]

    def running(self) -> contextlib.AbstractAsyncContextManager[Awaitable[None]]:
        """Start, waiting for what is away; yield what resolves only by failing; stop in order."""
        ...


async def serve(service: Service, host: str, port: int) -> int:
    """Run a service until SIGINT, SIGTERM or its failure; return the process's exit code.

    Raises ConfigurationError.
    """
    async with serving(
        make_app(service.live, service.ready, service.registry), host, port
    ) as taken:
        log.info("service starts", host=host, port=taken, version=SERVICE_VERSION)
        work = asyncio.create_task(_work(service))
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            # A second signal must not cut short the orderly end that the first began.
            loop.add_signal_handler(number, lambda: work.cancelling() or work.cancel())
        try:
            await work
        except asyncio.CancelledError:
            log.info("service stopped")
            return 0
        except ConfigurationError:
            raise
        except Exception:
            log.exception("service failed")
            return 1
    raise AssertionError("a service's work ends only by a signal or a failure")


async def _work(service: Service) -> None:
    async with service.running() as failure:
        log.info("service runs")
        await failure


@contextlib.asynccontextmanager
async def background(*loops: Callable[[], Coroutine[Any, Any, None]]) -> AsyncIterator[None]:
    """Run endless loops beside the body and cancel them after it.

    A loop that raises ends the body, and its exception is raised: none dies in silence.
    """
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(loop()) for loop in loops]
            try:
                yield
            finally:
                for task in tasks:
                    task.cancel()
    except BaseExceptionGroup as failures:
        if len(failures.exceptions) == 1:
            raise failures.exceptions[0] from None  # for who waits for it by its type
        raise
