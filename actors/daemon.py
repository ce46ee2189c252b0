"""The daemon: a supervised engine with the page and the control socket beside it.

The engine is rebuilt as a whole: whatever failed in it, it starts again from what is durable, as after a crash of the
process. If it fails more often than its supervisor allows, it starts in safe mode: nothing is fed to it until an
operator resumes. Trading does not depend on the page and the control socket: if they keep failing, they are given up.
"""

import signal
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path

import anyio
import structlog

from actors import control, server
from actors.adapters.ledger.manifest import Manifest
from actors.adapters.ledger.reader import LedgerReader
from actors.adapters.ledger.writer import Ledger
from actors.board import Board
from actors.clock import wall_clock_ms
from actors.crew import CrewParams
from actors.engine import Engine
from actors.intake import Intake
from actors.kernel.supervisor import Child, Escalated, Supervisor
from actors.lab.journaled import journal_digest
from actors.lab.summary import summary
from core.errors import LedgerError
from core.message import Json
from core.messages import ActorFailed, OperatorCommanded
from web.app import build
from web.config import WebConfig
from web.stream import Hub

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class DaemonOptions:
    """How a daemon runs; what it decides is in the crew's numbers."""

    state_dir: Path
    database_url: str
    owner: str
    manifest: Manifest
    about: dict[str, Json]
    fresh: bool = False
    keep_evaluations_ms: int | None = None
    web: WebConfig | None = None
    on_ready: Callable[[str], None] = field(default=lambda _: None)
    """Called with the page's address once it listens."""


class Daemon:
    """One run of the system.

    Args:
        intake: Makes the market anew for every life of the engine.
        params: The actors' numbers.
        options: Where and how.
    """

    def __init__(self, intake: Callable[[], Intake], params: CrewParams, options: DaemonOptions) -> None:
        self._intake = intake
        self._params = params
        self._options = options
        self._hub = Hub() if options.web is None else Hub(ring_rows=options.web.ring_rows)
        self._board = Board(options.about)
        self._ledger = Ledger.open(
            options.database_url, owner=options.owner, keep_evaluations_ms=options.keep_evaluations_ms
        )
        self._fresh = options.fresh
        self._supervisor = Supervisor((Child("engine", self._run_engine, restart="transient"),))
        self._failed: ActorFailed | None = None
        self._stopping = False
        try:
            self._engine = self._boot()
        except BaseException:
            self._ledger.close()
            raise
        self._reusable: Engine | None = self._engine

    @property
    def resumed(self) -> bool:
        """Whether this goes on with a run that was begun before."""
        return self._engine.resumed

    async def run(self) -> dict[str, Json]:
        """Run until the source ends or a signal comes, and tell what it came to."""
        with ExitStack() as opened:
            opened.callback(self._ledger.close)
            opened.callback(self._close_engine)
            control.address_in(self._options.state_dir)
            beside = [Child("control", lambda: control.serve(self._options.state_dir, self._answer))]
            if self._options.web is not None:
                beside.append(self._page(self._options.web, opened))
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(self._await_signal)
                tasks.start_soon(self._attend, tuple(beside))
                await self._supervise()
                tasks.cancel_scope.cancel()
            return self._told()

    def _page(self, web: WebConfig, opened: ExitStack) -> Child:
        """The page as a child, its port taken, its reader open."""
        listening = opened.enter_context(server.bound(web.host, web.port))
        journal = opened.enter_context(closing(self._reader()))
        app = build(journal=journal, board=self._board, hub=self._hub, config=web)
        host, port = listening.getsockname()[:2]
        self._options.on_ready(f"http://{host}:{port}")
        return Child("web", lambda: server.serve(app, listening, self._hub))

    def _close_engine(self) -> None:
        """Of the engine that is there by then, which may be another one than at first."""
        self._engine.close()

    async def _attend(self, children: tuple[Child, ...]) -> None:
        try:
            await Supervisor(children).run()
        except Escalated as error:
            log.exception("page and control are given up, trading goes on: restart the daemon", error=str(error))

    def _boot(self) -> Engine:
        """An engine that stands where the journal does."""
        run = self._ledger.begin(self._options.manifest, fresh=self._fresh, now_ms=wall_clock_ms())
        self._fresh = False
        engine = Engine(
            self._intake(),
            self._params,
            self._ledger,
            run,
            release=self._hub.publish,
            clock_ms=wall_clock_ms,
        )
        about: dict[str, Json] = {"run_id": run.run_id, "resumed": engine.resumed}
        self._board.attach(lambda: about | self._actors() | engine.picture(), may_take=lambda: engine.at_rest)
        log.info("engine ready", run=run.run_id, resumed=engine.resumed, inputs=run.last_input)
        return engine

    async def _run_engine(self) -> None:
        """The engine at hand, or a new one where that has already failed."""
        if self._stopping:
            return
        if self._reusable is None:
            self._engine = self._boot()
        self._reusable = None
        await self._engine.run(failed=self._failed)

    async def _supervise(self) -> None:
        """Run the engine to its end, in safe mode after it failed too often.

        Raises:
            Escalated: If it fails in safe mode too: nothing is left to try.
        """
        while True:
            try:
                await self._supervisor.run()
                break
            except Escalated as error:
                if self._failed is not None:
                    raise
                log.exception("engine keeps failing: safe mode until an operator resumes", error=str(error))
                self._failed = ActorFailed(error.child, str(error))
        if (why := self._engine.why_not_durable) is not None:
            raise LedgerError(f"{why}. What is not written is decided again when the run goes on")
        if self._engine.ended:
            self._ledger.finish(wall_clock_ms())

    async def _await_signal(self) -> None:
        with anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
            async for number in signals:
                log.info("stopping", signal=number.name)
                self._stopping = True
                await self._engine.stop(number.name)

    async def _answer(self, order: control.Order) -> dict[str, Json]:
        """Carry out an operator's order and tell the state after it."""
        command = order.command if isinstance(order, OperatorCommanded) else "input"
        if command == "resume":
            self._failed = None
        if command == "input" and (pinned := self._params.regime.pinned):
            return {"error": "not taken", "detail": f"the regime is pinned to {pinned}: no input moves it"}
        if command != "status" and not await self._engine.take(order, then=self._board.view):
            return {
                "error": "not carried out",
                "detail": f"the engine ended during {command}: see `chartwright status`",
            }
        return self._board.view() | {"command": command}

    def _actors(self) -> dict[str, Json]:
        restarts = self._supervisor.restarts["engine"]
        return {
            "actors": [
                {"name": decider.address, "state": "running", "restarts": restarts}
                for decider in self._engine.crew.deciders
            ]
        }

    def _reader(self) -> LedgerReader:
        return LedgerReader.open(self._options.database_url, owner=self._options.owner, run_id=self._engine.run_id)

    def _told(self) -> dict[str, Json]:
        engine = self._engine
        sha256 = journal_digest(self._options.database_url, owner=self._options.owner, run_id=engine.run_id)
        return summary(
            engine.crew,
            transitions=engine.scribe.transitions,
            evaluations=engine.scribe.evaluations,
            elapsed_s=engine.elapsed_s,
            sha256=sha256,
        )
