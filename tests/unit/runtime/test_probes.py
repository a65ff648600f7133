from typing import Any

import orjson
import pytest
from prometheus_client import CollectorRegistry, Counter

from services.runtime.probes import make_app


async def get(app: Any, path: str) -> tuple[int, bytes]:
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": path, "headers": [], "query_string": b""}
    await app(scope, receive, send)
    return sent[0]["status"], sent[1]["body"]


@pytest.mark.parametrize(
    ("alive", "up", "live", "ready"),
    [
        pytest.param(True, True, 200, 200, id="all is well"),
        pytest.param(True, False, 200, 503, id="alive and not ready"),
        pytest.param(False, True, 503, 503, id="dead"),
    ],
)
async def test_a_probe_answers_by_its_checks(alive: bool, up: bool, live: int, ready: int) -> None:
    app = make_app({"consumer": lambda: alive}, {"kafka": lambda: up}, CollectorRegistry())
    assert (await get(app, "/healthz/live"))[0] == live
    status, body = await get(app, "/healthz/ready")
    assert status == ready
    assert orjson.loads(body) == {"consumer": alive, "kafka": up}


async def test_metrics_are_those_of_the_registry() -> None:
    registry = CollectorRegistry()
    Counter("watchfloor_things", "Things.", registry=registry).inc(3)
    status, body = await get(make_app({}, {}, registry), "/metrics")
    assert status == 200
    assert b"watchfloor_things_total 3.0" in body


async def test_any_other_path_is_not_found() -> None:
    assert (await get(make_app({}, {}, CollectorRegistry()), "/"))[0] == 404
