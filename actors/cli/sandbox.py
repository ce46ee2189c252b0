"""`chartwright sandbox`: a local exchange that speaks Bybit v5."""

import signal
import socket
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated

import anyio
import typer

from actors.adapters.sandbox.exchange.params import ExchangeParams
from actors.adapters.sandbox.faults.catalogue import FAULTS
from actors.adapters.sandbox.faults.plan import plan
from actors.adapters.sandbox.open import Opened, Wanted, opened
from actors.adapters.sandbox.server.serve import serve
from actors.cli import options as opt
from actors.cli.output import moment, note, page, plain_table, told, warn
from actors.server import bound
from core.errors import ConfigurationError
from core.message import Json

Host = Annotated[str, typer.Option(help="Where it listens; it has no other door than its key.")]
Port = Annotated[int, typer.Option(min=0, max=65_535, help="Its port; 0: any free one.")]
Candles = Annotated[
    list[Path] | None,
    typer.Option(help="Candles to play, a file per symbol. Default: the simulated market.", rich_help_panel="Market"),
]
Symbols = Annotated[
    list[str] | None,
    typer.Option("--symbol", help="What each file is of. Default: what its name says.", rich_help_panel="Market"),
]
Opens = Annotated[
    str | None,
    typer.Option(
        "--from", metavar="TIME", help="The market opens here; earlier bars are history.", rich_help_panel="Market"
    ),
]
Speed = Annotated[float, typer.Option(metavar="N", help="Market time over real time.", rich_help_panel="Market")]
OwnTime = Annotated[
    bool,
    typer.Option(
        "--own-time",
        help="Keep the candles' dates, as --speed does; request times are then not checked.",
        rich_help_panel="Market",
    ),
]
Balance = Annotated[str, typer.Option(metavar="USDT", help="What the account starts with.", rich_help_panel="Account")]
Key = Annotated[str, typer.Option(help="The API key it accepts.", rich_help_panel="Account")]
Secret = Annotated[str, typer.Option(help="Its secret.", rich_help_panel="Account")]
FaultSpec = Annotated[
    str,
    typer.Option(
        metavar="SPEC",
        help="What goes wrong: rates such as ack_lost=0.05,seed=7, a JSON script, or list.",
        rich_help_panel="Faults",
    ),
]


def sandbox(  # noqa: PLR0913  the command's options
    *,
    host: Host = "127.0.0.1",
    port: Port = 9100,
    candles: Candles = None,
    symbol: Symbols = None,
    first: Opens = None,
    speed: Speed = 1.0,
    own_time: OwnTime = False,
    seed: opt.Seed = opt.DEFAULT_SEED,
    balance: Balance = "100000",
    key: Key = "sandbox",
    secret: Secret = "sandbox",  # noqa: S107  the published one
    faults: FaultSpec = "",
    as_json: opt.AsJson = False,
) -> None:
    """Run a local exchange that speaks Bybit v5: REST, public, private and trade websockets, and faults on demand.

    Ctrl-C or SIGTERM end it. Nothing is kept: each start is a new account.

    Example: chartwright sandbox --port 9100 --faults ack_lost=0.05,ws_silent=0.01,seed=7
    """
    if faults == "list":
        _list_faults(as_json=as_json)
        return
    wanted = Wanted(
        candles=tuple(candles or ()),
        symbols=tuple(symbol or ()),
        first_ms=opt.time_ms(first, "--from"),
        speed=speed,
        own_time=own_time,
        params=replace(ExchangeParams(), seed=seed, balance=_money(balance)),
        key=key,
        secret=secret,
        plan=plan(faults),
    )
    _check(wanted)
    with bound(host, port) as listening:
        address = f"{host if ':' not in host else f'[{host}]'}:{listening.getsockname()[1]}"

        def show(found: Opened) -> None:
            warn(found.remarks)
            document = _document(found, address, key)
            told(document) if as_json else _show(document)

        anyio.run(_until_stopped, wanted, listening, show)


async def _until_stopped(wanted: Wanted, listening: socket.socket, show: Callable[[Opened], None]) -> None:
    with anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
        found = opened(wanted)
        show(found)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(serve, found.sandbox, listening)
            async for number in signals:
                note(f"stopped by {number.name}")
                break
            tasks.cancel_scope.cancel()


def _check(wanted: Wanted) -> None:
    if not wanted.key or not wanted.secret:
        raise ConfigurationError("--key and --secret must not be empty; leave them out for sandbox/sandbox")
    if not wanted.candles and (wanted.symbols or wanted.first_ms is not None):
        raise ConfigurationError("--symbol and --from say something about --candles, which is missing")


def _money(text: str) -> Decimal:
    try:
        found = Decimal(text)
    except InvalidOperation:
        found = Decimal(0)
    if not found.is_finite() or found <= 0:
        raise ConfigurationError(f"--balance is {text!r}: give an amount of USDT above 0, such as 100000")
    return found


def _document(found: Opened, address: str, key: str) -> dict[str, Json]:
    floor = found.sandbox.exchange.floor
    return {
        "rest_url": f"http://{address}",
        "ws_public_url": f"ws://{address}/v5/public/linear",
        "ws_private_url": f"ws://{address}/v5/private",
        "ws_trade_url": f"ws://{address}/v5/trade",
        "control_url": f"http://{address}/sandbox",
        "key": key,
        "symbols": list(floor.markets),
        "balance": str(floor.account.wallet),
        "time_ms": floor.now,
        "speed": found.sandbox.clock.speed,
    }


def _show(document: dict[str, Json]) -> None:
    table = plain_table("", "", title="Sandbox: Bybit v5")
    names = {
        "rest_url": "REST",
        "ws_public_url": "public websocket",
        "ws_private_url": "private websocket",
        "ws_trade_url": "trade websocket",
        "control_url": "state and faults",
        "key": "API key",
        "balance": "balance, USDT",
    }
    for name, title in names.items():
        table.add_row(title, str(document[name]))
    symbols = document["symbols"]
    table.add_row("symbols", ", ".join(map(str, symbols)) if isinstance(symbols, list) else "")
    table.add_row("market time", f"{moment(int(str(document['time_ms'])))} UTC, {document['speed']:g} x real time")
    page().print(table)
    note("stop with Ctrl-C")


def _list_faults(*, as_json: bool) -> None:
    if as_json:
        told([{"fault": name, "chance": fault.chance, "meaning": fault.meaning} for name, fault in FAULTS.items()])
        return
    table = plain_table("fault", "per", "what happens")
    for name, fault in FAULTS.items():
        table.add_row(name, fault.chance, fault.meaning)
    page().print(table)
