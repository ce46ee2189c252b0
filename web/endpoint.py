"""Endpoints: what is served at a path, declared where it is answered."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from inspect import cleandoc
from typing import Any, TypeVar

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from core.message import Json
from web.cursor import Sources
from web.encode import compact
from web.parameter import Given, Parameter, given
from web.ports import Board, JournalReader
from web.refusal import absent
from web.views import pick

_T = TypeVar("_T")
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Api:
    """What answers are made from."""

    sources: Sources
    board: Board
    endpoints: tuple["Endpoint", ...]
    """All that are served, for the document about them."""

    @property
    def journal(self) -> JournalReader:
        """The journal; ask it through `read`."""
        return self.sources.journal

    async def read(self, call: Callable[[], _T]) -> _T:
        """Do what blocks on one of the threads kept for it."""
        return await to_thread.run_sync(call, limiter=self.sources.threads)


Handler = Callable[[Api, Given], Awaitable[ASGIApp]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Endpoint:
    """One path, all that may be said about it, and what answers it."""

    path: str
    name: str
    group: str
    summary: str
    detail: str
    shape: Any
    """The type of a JSON answer; None for another medium."""
    medium: str
    parameters: tuple[Parameter, ...]
    refusals: Mapping[int, str]
    """Statuses besides 200 whose body is a refusal, and when; 404 and 422 follow from the parameters."""
    also: Mapping[int, str]
    """Statuses besides 200 whose body has the answer's own shape, and when."""
    handler: Handler = field(repr=False)

    def route(self, api: Api) -> Route:
        """The endpoint on this application's sources."""

        async def respond(request: Request) -> Any:
            return await self.handler(api, given(request, self.parameters))

        return Route(self.path, respond, name=self.name)


def get(
    path: str,
    *,
    group: str,
    shape: Any = None,
    medium: str = JSON,
    parameters: tuple[Parameter, ...] = (),
    refusals: Mapping[int, str] | None = None,
    also: Mapping[int, str] | None = None,
) -> Callable[[Handler], Endpoint]:
    """Declare the function below as what answers GET; its docstring is what people read.

    Args:
        path: Where, with `{name}` for a path parameter.
        group: The heading it is documented under.
        shape: Type of a JSON answer.
        medium: Content type without its parameters.
        parameters: All it takes.
        refusals: Statuses that refuse, besides those that follow from the parameters, with what they mean.
        also: Statuses that answer as 200 does, with what they mean.
    """

    def declared(handler: Handler) -> Endpoint:
        summary, _, detail = cleandoc(handler.__doc__ or "").partition("\n")
        return Endpoint(
            path=path,
            name=getattr(handler, "__name__", path),
            group=group,
            summary=summary,
            detail=" ".join(detail.split()),
            shape=shape,
            medium=medium,
            parameters=parameters,
            refusals=refusals or {},
            also=also or {},
            handler=handler,
        )

    return declared


def answer(value: Any, *, status: int = 200) -> Response:
    """A JSON response."""
    return Response(compact(value), status_code=status, media_type=JSON)


def published(api: Api, place: str, otherwise: str) -> Any:
    """The part of the view at a dotted path.

    Raises:
        HTTPException: With 503 and the sentence `otherwise`, where nothing is published there.
    """
    value: Json = pick(api.board.view(), place)
    if value is None or value in ({}, []):
        raise absent(otherwise)
    return value
