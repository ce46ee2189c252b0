"""Chunks on a Dask cluster: handed out a few per core, taken back as they come.

A market is a task of its own, whose argument is the packed bytes and whose name is its fingerprint: each worker fetches
it once, from the scheduler or from a worker that has it, and where all who had it die the scheduler makes it again.
Chunks of a worker that died are run by others.
"""

import logging
from collections.abc import Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from typing import Any, Final, NamedTuple, cast

import anyio

from actors.lab.cluster.chunks import WIRE, Chunk
from actors.lab.cluster.market import SweptMarket
from actors.lab.cluster.outcome import Outcome
from actors.lab.cluster.worker import BENCH, refuse_other_code
from core.errors import ChartwrightError, ConfigurationError

Job = tuple[SweptMarket, Chunk]
_CONNECT_S: Final = 10
_WORKERS_S: Final = 30
_PER_CORE: Final = 3
"""Chunks a core has before it: one that runs, one that waits, one on its way."""
_LARGE_GRAPH: Final = "distributed.admin.large-graph-warning-threshold"


class ClusterLost(ChartwrightError):
    """The scheduler, or every worker that tried a chunk, went away; what was finished is kept."""


class Handed(NamedTuple):
    """A chunk that a worker has, or will have."""

    chunk: Chunk
    market: Any
    """Its market's task, held as long: the scheduler may hear that a task is let go before it hears who needs it."""


class Cluster:
    """A scheduler with its workers."""

    def __init__(self, client: Any, address: str) -> None:
        self._client = client
        self._address = address
        self._held: tuple[str, Any] | None = None
        """The market whose chunks are handed out, by its fingerprint, and its task."""

    def run(self, jobs: Iterator[Job]) -> Iterator[tuple[Chunk, Outcome]]:
        """Every job's outcome, in the order in which they end.

        Args:
            jobs: Asked for as they are handed out; those of one market beside each other.

        Raises:
            ClusterLost: If the scheduler went away, or a chunk's workers died again and again.
            ConfigurationError: If a worker runs other code.
        """
        import distributed  # noqa: PLC0415  the extra `cluster`

        handed: dict[str, Handed] = {}
        ended = cast("Any", distributed).as_completed(loop=self._client.loop)
        try:
            self._hand_out(jobs, handed, ended)
            for future in ended:
                outcome: Outcome = future.result()
                yield handed.pop(future.key).chunk, outcome
                self._hand_out(jobs, handed, ended)
        except distributed.KilledWorker as error:
            raise ClusterLost(
                f"the cluster at {self._address} lost worker after worker with the same chunk: look into the workers' "
                "logs (memory is the usual cause), then run the same command again"
            ) from error
        except (CancelledError, OSError, TimeoutError) as error:
            raise ClusterLost(
                f"the scheduler at {self._address} went away ({error or type(error).__name__}): start it and its "
                "workers, then run the same command again; chunks finished in --results are not run twice"
            ) from error

    def _hand_out(self, jobs: Iterator[Job], handed: dict[str, Handed], ended: Any) -> None:
        """Fill every core's queue."""
        room = _PER_CORE * max(1, sum(self._client.nthreads().values())) - len(handed)
        for market, chunk in _some(jobs, room):
            shipped = self._market(market)
            future = self._client.submit(_run, WIRE, shipped, chunk, key=f"chunk-{chunk.id}", pure=True)
            handed[future.key] = Handed(chunk, shipped)
            ended.add(future)

    def _market(self, market: SweptMarket) -> Any:
        """The task that a market is; made once, for as long as chunks wait for it."""
        if self._held is None or self._held[0] != market.sha256:
            given = (WIRE, market.packed())
            future = self._client.submit(_unpacked, *given, key=f"market-{market.sha256}", pure=True)
            self._held = (market.sha256, future)
        return self._held[1]


@contextmanager
def connected(address: str) -> Iterator[Cluster]:
    """The cluster at an address.

    Args:
        address: Its scheduler's, such as tcp://10.0.0.1:8786.

    Raises:
        ConfigurationError: If the extra is missing, or there is no scheduler, or it has no workers.
    """
    try:
        import dask  # noqa: PLC0415  the extra `cluster`
        import distributed  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            f"--cluster needs {error.name}, which is not installed: pip install 'chartwright[cluster]'"
        ) from error
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what it has to say is said by our errors
    with dask.config.set({_LARGE_GRAPH: "1TiB"}):
        try:
            anyio.run(_knock, address)
            client = cast("Any", distributed).Client(address, timeout=_CONNECT_S, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as error:
            raise ConfigurationError(
                f"--cluster is {address}, and no scheduler answers there: start one with `dask scheduler`, and give "
                "its address as tcp://HOST:PORT"
            ) from error
        with client:
            _wait(client, address)
            _meet(client, address)
            yield Cluster(client, address)


async def _knock(address: str) -> None:
    """Connect once, before a client does.

    One that cannot is left half made. When it is found to be garbage it waits for the lock under which the next one
    starts its thread, in that thread: ten seconds, and that start has failed as well.
    """
    from distributed import Security  # noqa: PLC0415  the extra `cluster`
    from distributed.comm.core import connect  # noqa: PLC0415  likewise

    security = cast("Any", Security)().get_connection_args("client")
    comm = await cast("Any", connect)(address, timeout=_CONNECT_S, **security)
    await comm.close()


def _wait(client: Any, address: str) -> None:
    try:
        client.wait_for_workers(1, timeout=_WORKERS_S)
    except TimeoutError as error:
        raise ConfigurationError(
            f"the scheduler at {address} has no workers: start some with `dask worker {address} --nthreads 1`"
        ) from error


def _meet(client: Any, address: str) -> None:
    """Make sure that scheduler and workers run our code; who joins later is asked with each task."""
    try:
        client.run_on_scheduler(refuse_other_code, WIRE)
        client.run(refuse_other_code, WIRE)
    except (AttributeError, ImportError, TypeError) as error:
        raise ConfigurationError(
            f"the cluster at {address} lacks this Chartwright ({error}): start its scheduler and workers anew, from an "
            "installation of the same version"
        ) from error


def _some(jobs: Iterator[Job], most: int) -> Iterator[Job]:
    for _ in range(most):
        job = next(jobs, None)
        if job is None:
            return
        yield job


def _unpacked(code: str, packed: bytes) -> SweptMarket:
    """Make a market on the worker this is called on."""
    refuse_other_code(code)
    return SweptMarket.unpacked(packed)


def _run(code: str, market: SweptMarket, chunk: Chunk) -> Outcome:
    """Run a chunk on the worker this is called on, on as many cores as it was started with."""
    from distributed import get_worker  # noqa: PLC0415

    refuse_other_code(code)
    return BENCH.run(market, chunk, threads=get_worker().state.nthreads)
