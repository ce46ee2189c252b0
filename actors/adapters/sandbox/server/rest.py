"""The REST side: who asks, how often, and the answer's envelope.

Source:
    Bybit v5, guide; error codes for HTTP 403, 404 and 429.
"""

import json
from json import JSONDecodeError
from typing import Any

import anyio
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from actors.adapters.sandbox.exchange.endpoints import ENDPOINTS, Endpoint
from actors.adapters.sandbox.exchange.exchange import Answer
from actors.adapters.sandbox.exchange.fields import bad
from actors.adapters.sandbox.exchange.refusal import Refused
from actors.adapters.sandbox.faults.requests import Delivery
from actors.adapters.sandbox.server.clock import wall_ms
from actors.adapters.sandbox.server.limits import Allowance
from actors.adapters.sandbox.server.sandbox import Sandbox


class Rest:
    """The endpoint of every path.

    Args:
        sandbox: What answers.
    """

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    async def answer(self, request: Request) -> Response:
        """Answer a request."""
        path = request.url.path
        endpoint = ENDPOINTS[path]
        raw = (await request.body()).decode("utf-8", "replace")
        flooded = self._sandbox.limits.is_flooded(wall_ms())
        if flooded or self._sandbox.request_faults.is_banned() or (raw and not endpoint.changes):
            return Response("Forbidden", status_code=403)
        payload = raw if endpoint.changes else request.url.query
        allowance: Allowance | None = None
        try:
            body = _body(raw) if endpoint.changes else dict(request.query_params)
            allowance = self._admit(request, path, endpoint, payload)
            if allowance is not None:
                allowance.check()
            body |= {"key": self._sandbox.credentials.key} if path == "/v5/user/query-api" else {}
            delivery = self._sandbox.request(path, body, payload)
        except Refused as refused:
            delivery = Delivery(Answer(refused.code, refused.text, refused.result))
        return await self._deliver(request, delivery, allowance)

    def _admit(self, request: Request, path: str, endpoint: Endpoint, payload: str) -> Allowance | None:
        if endpoint.per_second is None:
            return None
        self._sandbox.credentials.check(request.headers, payload, self._sandbox.checked_ms)
        return self._sandbox.limits.spend(path, endpoint.per_second, wall_ms())

    async def _deliver(self, request: Request, delivery: Delivery, allowance: Allowance | None) -> Response:
        if delivery.delay_s:
            with anyio.move_on_after(delivery.delay_s):
                await request.receive()  # only a disconnect can come
        if delivery.status != 200:
            return Response("Gateway", status_code=delivery.status)
        answer = delivery.answer
        return JSONResponse(
            {
                "retCode": int(answer.code),
                "retMsg": answer.text,
                "result": answer.result,
                "retExtInfo": {},
                "time": self._sandbox.exchange.floor.now,
            },
            headers=allowance.headers if allowance else {},
        )


def _body(raw: str) -> dict[str, Any]:
    try:
        found = json.loads(raw or "{}")
    except JSONDecodeError:
        raise bad("params error: the body is not JSON") from None
    if not isinstance(found, dict):
        raise bad("params error: the body is not a JSON object")
    return found
