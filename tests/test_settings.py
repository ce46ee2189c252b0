"""Settings: sources and their order, refusals in one line."""

import dataclasses
import re
from decimal import Decimal
from pathlib import Path

import pytest

import settings
from actors.adapters.config.declared import Setting
from core.evaluation.guards import GUARDS
from core.message import Json
from core.reasons import Reason
from tests.refused import refusal

pytestmark = pytest.mark.usefixtures("nowhere")


def test_each_source_wins_over_the_one_before_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(settings.PROFILES, "bold", {"trend.stop_atr": 2})
    config = tmp_path / "chartwright.toml"
    config.write_text("[trend]\nstop_atr = 3\n")

    assert settings.load().trend.stop_atr == 1.5
    assert settings.load(profile="bold").trend.stop_atr == 2
    assert settings.load(profile="bold", config=config).trend.stop_atr == 3
    (tmp_path / ".env").write_text("CHARTWRIGHT_TREND__STOP_ATR=4\n")
    assert settings.load(profile="bold", config=config).trend.stop_atr == 4
    monkeypatch.setenv("CHARTWRIGHT_TREND__STOP_ATR", "5")
    assert settings.load(profile="bold", config=config).trend.stop_atr == 5
    assert settings.load(profile="bold", config=config, overrides=["trend.stop_atr=6"]).trend.stop_atr == 6


@pytest.mark.parametrize(("sample_ms", "is_taken"), [(4_999, True), (5_000, False)])
def test_samples_of_the_book_must_come_before_the_last_one_is_stale(sample_ms: int, *, is_taken: bool) -> None:
    given = ["book.stale_ms=5000", f"book.sample_ms={sample_ms}"]
    if is_taken:
        assert settings.load(overrides=given).book.sample_ms == sample_ms
    else:
        assert "give stale_ms above sample_ms" in refusal(overrides=given)


@pytest.mark.parametrize(
    "overrides", [("live.absent_ms=10000",), ("bybit.recv_window_ms=20000", "bybit.request_timeout_ms=10000")]
)
def test_an_order_may_not_be_given_up_before_its_request_could_have_arrived(overrides: tuple[str, ...]) -> None:
    assert settings.load(overrides=["live.absent_ms=10001"]).live.absent_ms == 10_001
    text = refusal(overrides=overrides)
    assert text.startswith("live.absent_ms is ")
    assert "bybit.recv_window_ms" in text


def test_a_source_changes_only_what_it_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHARTWRIGHT_TREND__TRAIL_ATR", "3")
    loaded = settings.load(overrides=["trend.stop_atr=2"])
    assert loaded.trend == dataclasses.replace(settings.Settings().trend, trail_atr=3.0, stop_atr=2.0)


def test_constructing_settings_reads_no_source(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHARTWRIGHT_TREND__STOP_ATR", "5")
    assert settings.Settings().trend.stop_atr == 1.5


def test_an_empty_variable_counts_as_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHARTWRIGHT_TREND__STOP_ATR", "")
    assert settings.load().trend.stop_atr == 1.5


@pytest.mark.parametrize(
    ("override", "value"),
    [
        ("guards.off=cost, slope", ("cost", "slope")),
        ('guards.off=["cost"]', ("cost",)),
        ("guards.off=", ()),
    ],
)
def test_a_list_is_written_with_commas_or_as_json(override: str, value: tuple[str, ...]) -> None:
    assert settings.load(overrides=[override]).guards.off == value


@pytest.mark.parametrize("value", [0, 65_535])
def test_a_value_on_its_limit_is_taken(value: int) -> None:
    assert settings.load(overrides=[f"web.port={value}"]).web.port == value


@pytest.mark.parametrize(
    ("override", "words"),
    [
        ("web.port=-1", ["web.port is '-1'", "--set", "greater than or equal to 0", "TCP port"]),
        ("web.port=65536", ["web.port is '65536'", "less than or equal to 65535"]),
        ("trend.stop_atr=0", ["trend.stop_atr is '0'", "greater than 0", "ATRs from entry to stop"]),
        ("trend.stop_atr=nan", ["trend.stop_atr is 'nan'"]),
        ("risk.max_positions=1.5", ["risk.max_positions is '1.5'", "integer"]),
        ("regime.pinned=BULL", ["regime.pinned is 'BULL'", "'RISK_ON'", "'CHOP'"]),
        ("trend.stop_art=2", ["trend.stop_art", "did you mean trend.stop_atr?"]),
        ("trend.donchian_bars=30", ["did you mean measure.donchian_bars?"]),
        ("zebra=1", ["zebra (--set) is not a setting"]),
        ("trend=1", ["trend (--set) is not a setting"]),
        ("trend.stop_atr.deep=1", ["trend.stop_atr.deep (--set) is not a setting"]),
        ("trend.stop_atr", ["section.name=value"]),
        ("guards.off=cots", ["guards: no guard is named 'cots'", "did you mean cost?"]),
    ],
)
def test_a_bad_override_is_refused_in_one_line_that_names_it(override: str, words: list[str]) -> None:
    text = refusal(overrides=[override])
    assert [word for word in words if word not in text] == []


@pytest.mark.parametrize(
    ("variable", "words"),
    [
        ("CHARTWRIGHT_TREND__STOP_ART", ["CHARTWRIGHT_TREND__STOP_ART in environment", "did you mean trend.stop_atr?"]),
        ("CHARTWRIGHT_ZEBRA", ["CHARTWRIGHT_ZEBRA", "is not a setting"]),
        ("CHARTWRIGHT_TREND", ["CHARTWRIGHT_TREND in environment", "is not a setting"]),
    ],
)
def test_an_unknown_variable_is_refused(variable: str, words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, "2")
    text = refusal()
    assert [word for word in words if word not in text] == []


def test_an_unknown_variable_in_the_env_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("OTHER=1\nCHARTWRIGHT_RISK__RISKPCT=1\n")
    assert "did you mean risk.risk_pct?" in refusal()


def test_variables_that_the_tests_read_are_not_taken_for_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATA", "FAULTS", "PEERS", "REQUIRE", "TEST_POSTGRES"):
        monkeypatch.setenv(f"CHARTWRIGHT_{name}", "somewhere")
    assert settings.load() == settings.Settings()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[trend]\nstop_art = 2", ["trend.stop_art", "did you mean trend.stop_atr?"]),
        ("[tredn]\nstop_atr = 2", ["tredn", "is not a setting"]),
        ("[tredn]", ["tredn", "is not a setting"]),
        ("trend = 3", ["trend ", "is not a setting"]),
        ("[trend", ["not a TOML file"]),
        ("[trend.stop_atr]\ndeep = 1", ["trend.stop_atr", "valid number"]),
        ('[trend]\nstop_atr = "many"', ["trend.stop_atr is 'many'", "valid number"]),
    ],
)
def test_a_bad_file_is_refused_naming_file_and_setting(tmp_path: Path, text: str, words: list[str]) -> None:
    config = tmp_path / "chartwright.toml"
    config.write_text(text)
    refused = refusal(config=config)
    assert [word for word in [*words, "chartwright.toml"] if word not in refused] == []


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    assert "No such file" in refusal(config=tmp_path / "absent.toml")
    assert "directory" in refusal(config=tmp_path)
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    assert "not a TOML file" in refusal(config=tmp_path / "binary.toml")


def test_an_unknown_profile_is_refused_with_the_known_ones() -> None:
    text = refusal(profile="bare-trnd")
    assert "default and bare-trend" in text
    assert "did you mean bare-trend?" in text


@pytest.mark.parametrize("profile", settings.PROFILES)
def test_every_profile_loads(profile: str) -> None:
    loaded = settings.load(profile=profile)
    assert (loaded == settings.Settings()) is (profile == "default")


def test_the_bare_trend_rounds_nothing() -> None:
    loaded = settings.load(profile="bare-trend")
    assert loaded.instrument.quantity(0.375) == Decimal("0.375")
    assert loaded.instrument.price_below(0.09375) == Decimal("0.09375")


@pytest.mark.parametrize("setting", settings.every_setting(), ids=lambda setting: setting.name)
def test_every_setting_says_its_unit_and_why(setting: Setting) -> None:
    assert len(setting.description) >= 8
    if isinstance(setting.default, int | float | Decimal) and not isinstance(setting.default, bool):
        assert setting.bounds, f"{setting.name} has no bounds"


@pytest.mark.parametrize("value", ["nan", "inf", "-inf"])
def test_no_number_is_infinite_or_none_at_all(value: str) -> None:
    numbers = [setting.name for setting in settings.every_setting() if setting.type in (float, int, Decimal)]
    assert [name for name in numbers if value not in refusal(overrides=[f"{name}={value}"])] == []


def test_every_default_is_within_its_own_bounds() -> None:
    defaults = settings.Settings()
    assert settings.Settings.model_validate(defaults.model_dump()) == defaults


def test_every_setting_that_a_remedy_names_exists() -> None:
    known = {setting.name for setting in settings.every_setting()}
    sections = "|".join(settings.Settings.model_fields)
    named = {name for reason in Reason for name in re.findall(rf"\b(?:{sections}|structure)\.\w+", str(reason.value))}
    assert named - known == set()
    assert named


def test_the_bare_trend_switches_off_only_guards_that_exist() -> None:
    assert set(settings.load(profile="bare-trend").guards.off) < {guard.name for guard in GUARDS}


def test_public_settings_hold_everything_else() -> None:
    def leaves(tree: Json, path: str) -> list[str]:
        if not isinstance(tree, dict):
            return [path.lstrip(".")]
        return [leaf for name, value in tree.items() for leaf in leaves(value, f"{path}.{name}")]

    shown = settings.public(settings.load(profile="bare-trend"))
    assert set(leaves(shown, "")) == {setting.name for setting in settings.every_setting() if not setting.is_secret}
