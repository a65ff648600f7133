"""Logs: one wide line for one thing that happened, JSON for machines or text for a terminal.

Libraries' records take the same way out. httpx and httpcore are muted below WARNING, because
they log the whole URL of every request, and a chat webhook's URL is its secret.
"""

import logging
import sys
from typing import Literal

import structlog

Format = Literal["json", "console"]

_MUTED = ("httpx", "httpcore", "kafka", "faststream", "uvicorn", "alembic")


def configure(level: str, style: Format, service: str) -> None:
    """Send every log line of this program to standard error in one form, naming the service."""

    def named(_: object, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
        event["service"] = service
        return event

    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        named,
    ]
    last: list[structlog.typing.Processor] = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
        if style == "json"
        else [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())]
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in _MUTED:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelName(level)))
    # Its one warning is that it makes no topics, which it was told.
    logging.getLogger("watchfloor.faststream").setLevel(logging.ERROR)
    # While Kafka is away it logs dozens of errors a second; Reachability says so once.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
