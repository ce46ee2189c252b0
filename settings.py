"""Every setting: the parameter classes of the code that uses them, nested, and the sources they are read from.

Sources, the last one wins: defaults, profile, TOML file, `.env`, environment (`CHARTWRIGHT_TREND__STOP_ATR`),
overrides (`trend.stop_atr=2`). Each source becomes one flat mapping of dotted names, so all are checked alike.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from actors.adapters.bybit.params import BybitParams
from actors.adapters.config.check import did_you_mean, refuse_unknown, validated
from actors.adapters.config.declared import Setting, declared
from actors.adapters.config.sources import (
    Layer,
    from_mapping,
    from_overrides,
    from_toml,
    from_variables,
    refuse_exposed,
    refuse_shown,
)
from actors.adapters.feeds.config import FeedsConfig
from actors.adapters.sim.params import SimParams
from core.book.params import BookParams
from core.errors import ConfigurationError
from core.evaluation.guards import GUARDS
from core.evaluation.params import GuardParams
from core.flow.bias import FlowParams
from core.flow.derivatives import DerivativesParams
from core.measure.panel import PanelParams
from core.message import Json
from core.news.params import NewsParams
from core.regime.calendar import CalendarParams
from core.regime.params import RegimeParams
from core.risk.params import RiskParams
from core.strategies.breakout import BreakoutParams
from core.strategies.reversion import ReversionParams
from core.trading.cost import CostParams
from core.trading.entry import EntryParams
from core.trading.instrument import Instrument
from core.trading.live import LiveParams
from web.config import WebConfig

PREFIX = "CHARTWRIGHT_"

_NOT_SETTINGS = frozenset(f"{PREFIX}{name}" for name in ("DATA", "FAULTS", "PEERS", "REQUIRE", "TEST_POSTGRES"))
"""Variables with our prefix that tests and benchmarks read."""


@dataclass(frozen=True, slots=True)
class VenueConfig:
    """What a venue must be told about us."""

    api_key: Annotated[SecretStr | None, Field(description="the venue's API key; none: public data and paper only")] = (
        None
    )
    api_secret: Annotated[SecretStr | None, Field(description="the key's secret; none: public data and paper only")] = (
        None
    )
    account: Annotated[
        SecretStr | None,
        Field(description="the number of the account that --live may trade; none: it is asked for at the start"),
    ] = None


@dataclass(frozen=True, slots=True)
class JournalConfig:
    """Where the journal is kept."""

    database: Annotated[
        SecretStr | None,
        Field(description="SQLAlchemy URL, which may hold a password; none: SQLite in the state directory"),
    ] = None
    evaluation_days: Annotated[
        int,
        Field(
            ge=0, le=36_500, description="days of market time that evaluations are kept; 0 = all, why-not needs them"
        ),
    ] = 0


class Settings(BaseSettings):
    """Every setting by section; constructing one reads no source, `load` does."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, allow_inf_nan=False, extra="forbid", frozen=True, hide_input_in_errors=True
    )

    measure: PanelParams = PanelParams()
    regime: RegimeParams = RegimeParams()
    news: NewsParams = NewsParams()
    calendar: CalendarParams = CalendarParams()
    flow: FlowParams = FlowParams()
    derivatives: DerivativesParams = DerivativesParams()
    trend: BreakoutParams = BreakoutParams()
    reversion: ReversionParams = ReversionParams()
    entry: EntryParams = EntryParams()
    guards: GuardParams = GuardParams()
    risk: RiskParams = RiskParams()
    cost: CostParams = CostParams()
    instrument: Instrument = Instrument()
    venue: VenueConfig = VenueConfig()
    bybit: BybitParams = BybitParams()
    live: LiveParams = LiveParams()
    book: BookParams = BookParams()
    journal: JournalConfig = JournalConfig()
    feeds: FeedsConfig = FeedsConfig()
    sim: SimParams = SimParams()
    web: WebConfig = WebConfig()

    @field_validator("book")
    @classmethod
    def _samples_come_in_time(cls, book: BookParams) -> BookParams:
        if book.stale_ms <= book.sample_ms:
            raise ValueError(
                f"stale_ms is {book.stale_ms} and sample_ms {book.sample_ms}: every sample would be too old before the "
                "next one comes; give stale_ms above sample_ms"
            )
        return book

    @model_validator(mode="after")
    def _absence_outlasts_a_request(self) -> Self:
        longest_ms = self.bybit.recv_window_ms + self.bybit.request_timeout_ms
        if self.live.absent_ms <= longest_ms:
            raise ValueError(
                f"live.absent_ms is {self.live.absent_ms}, and a request may still arrive for {longest_ms} ms "
                "(bybit.recv_window_ms + bybit.request_timeout_ms): an order could be given up before it is placed; "
                f"give live.absent_ms above {longest_ms}"
            )
        return self

    @field_validator("guards")
    @classmethod
    def _guards_exist(cls, guards: GuardParams) -> GuardParams:
        known = [guard.name for guard in GUARDS]
        for name in (*guards.off, *guards.block_unmeasured):
            if name not in known:
                raise ValueError(f"no guard is named {name!r}, only {', '.join(known)}{did_you_mean(name, known)}")
        return guards

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what `load` has merged: it knows where each value came from, so that errors can say it."""
        del settings_cls, env_settings, dotenv_settings, file_secret_settings
        return (init_settings,)


PROFILES: dict[str, dict[str, Json]] = {
    "default": {},
    "bare-trend": {
        "measure.timeframe_minutes": 0,
        "regime.pinned": "RISK_ON",
        "guards.off": [
            *("gap", "complete", "session", "connection", "flow", "liquidity", "structure", "slope", "spread"),
            *("volatility", "cost", "reward", "confidence"),
        ],
        "risk.start_balance": 1_000_000.0,
        "risk.risk_pct": 0.02,
        "risk.max_notional_pct": 95.0,
        "risk.daily_loss_pct": 1000.0,
        "risk.weekly_loss_pct": 1000.0,
        "cost.slippage_bps": 0.0,
        "cost.funding_pct": 0.0,
        "cost.maker_fee_pct": 0.055,
        "instrument.tick": 0,
        "instrument.lot": 0,
        "instrument.min_quantity": 0,
        "instrument.min_notional": 0,
    },
}
"""Named settings: what we would run ourselves, and the breakout alone for checking the engine against others."""


def every_setting() -> tuple[Setting, ...]:
    """Every setting, section by section in order of declaration."""
    return tuple(declared(Settings))


def load(
    *,
    profile: str = "default",
    config: Path | None = None,
    overrides: Sequence[str] = (),
    env_file: Path = Path(".env"),
) -> Settings:
    """Read, merge and check all sources.

    Args:
        profile: One of PROFILES.
        config: A TOML file with a table per section.
        overrides: `section.name=value` each.
        env_file: Need not exist; an empty variable counts as absent, here and in the environment.

    Raises:
        ConfigurationError: One line that names the setting, its value, where it was given and what is allowed; or a
            file that holds a secret and may be read by others; or an override that is a secret.
    """
    if profile not in PROFILES:
        near = did_you_mean(profile, PROFILES)
        raise ConfigurationError(f"profile is {profile!r}: there is {' and '.join(PROFILES)}{near}")
    known = {setting.name: setting for setting in every_setting()}
    secrets = [name for name, setting in known.items() if setting.is_secret]
    given: Layer = {}
    for layer in (
        from_mapping(PROFILES[profile], source=f"profile {profile}"),
        {} if config is None else _closed(config, from_toml(config, known), secrets),
        _closed(env_file, _from_variables(DotEnvSettingsSource(Settings, env_file=env_file), str(env_file)), secrets),
        _from_variables(EnvSettingsSource(Settings), "environment"),
        _told(from_overrides(overrides), secrets),
    ):
        refuse_unknown(layer, known)
        given |= layer
    return validated(Settings, given, known)


def public(settings: Settings) -> dict[str, Json]:
    """All settings but the secrets, as JSON holds them: for the manifest, the log and the page."""
    hidden = frozenset(setting.name for setting in every_setting() if setting.is_secret)
    return _without(settings.model_dump(mode="json"), hidden)


def _closed(path: Path, layer: Layer, secrets: Collection[str]) -> Layer:
    refuse_exposed(path, layer, secrets)
    return layer


def _told(layer: Layer, secrets: Collection[str]) -> Layer:
    # An account's number is hidden, but gives access to nothing.
    refuse_shown(layer, [name for name in secrets if name != "venue.account"], prefix=PREFIX)
    return layer


def _from_variables(variables: EnvSettingsSource, place: str) -> Layer:
    return from_variables(variables, prefix=PREFIX, others=_NOT_SETTINGS, place=place)


def _without(tree: dict[str, Json], hidden: frozenset[str], prefix: str = "") -> dict[str, Json]:
    return {
        key: _without(value, hidden, f"{prefix}{key}.") if isinstance(value, dict) else value
        for key, value in tree.items()
        if prefix + key not in hidden
    }
