"""The composition root: settings become frozen numbers, and the parts become a system."""

from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from inspect import getsource
from pathlib import Path
from typing import TYPE_CHECKING, cast

from actors.adapters.model.file import read_model
from actors.crew import CrewParams
from actors.market import Fingerprinted
from core.evaluation.evaluator import EvaluationParams
from core.message import Json
from machines.catalog import CHARTS
from settings import Settings, public

if TYPE_CHECKING:
    from actors.adapters.ledger.manifest import Manifest

_LIBRARIES = ("chartwright", "python-statemachine", "ta-lib", "numpy", "anyio", "sqlalchemy", "starlette")
_UNMARKED = ("web.", "journal.", "venue.", "bybit.", "feeds.")
"""Settings that decide nothing: a run is the same run with another port."""
_HAS_BOOK = "bybit"


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What a run is besides its settings."""

    venue: str
    profile: str
    seed: int


def crew_params(settings: Settings, *, has_derivatives: bool = False) -> CrewParams:
    """The deciding actors' numbers.

    Args:
        settings: Where they are from.
        has_derivatives: The run has an input that tells of the perpetual.
    """
    return CrewParams(
        measure=settings.measure,
        evaluation=EvaluationParams(
            trend=settings.trend,
            reversion=settings.reversion,
            guards=settings.guards,
            cost=settings.cost,
            risk=settings.risk,
            instrument=settings.instrument,
            warm_up_bars=settings.measure.warm_up_bars,
        ),
        regime=settings.regime,
        news=settings.news,
        calendar=settings.calendar,
        headline_model=read_model(Path(settings.news.model)) if settings.news.model else None,
        flow=settings.flow,
        entry=settings.entry.scaled(settings.bybit.clock_speed),
        derivatives=settings.derivatives if has_derivatives else None,
    )


def manifest(settings: Settings, source: Fingerprinted, options: RunOptions) -> "Manifest":
    """What the run is made of; equal fingerprints mean equal decisions."""
    from actors.adapters.ledger.manifest import Manifest  # noqa: PLC0415  pulls in SQLAlchemy

    told = public(settings)
    model = {"headline_model": read_model(Path(settings.news.model)).sha256} if settings.news.model else {}
    unmarked = _UNMARKED if options.venue == _HAS_BOOK else (*_UNMARKED, "book.")
    deciding = {name: value for name, value in told.items() if not f"{name}.".startswith(unmarked)}
    return Manifest(
        fingerprint={
            "venue": options.venue,
            "market": source.fingerprint(),
            "settings": cast("Json", deciding),
            "seed": options.seed,
            "code": version("chartwright"),
            "charts": cast("Json", chart_versions()),
            **model,
        },
        settings=cast("Json", told),
        versions={name: version(name) for name in _LIBRARIES},
        seed=options.seed,
    )


def chart_versions() -> dict[str, str]:
    """A short hash of every chart's source: a changed chart is another chart."""
    return {name: sha256(getsource(chart).encode()).hexdigest()[:12] for name, chart in CHARTS.items()}
