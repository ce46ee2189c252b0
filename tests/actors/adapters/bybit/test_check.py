"""What is wrong with a key, an account or a clock is told before it costs anything."""

from dataclasses import replace
from decimal import Decimal

import pytest

from actors.adapters.bybit.check import Facts, Finding, findings
from actors.adapters.bybit.facts import AccountFacts, KeyFacts
from actors.adapters.bybit.prices import Contract
from core.durations import DAY_MS
from core.message import revised
from core.trading.instrument import Instrument
from core.trading.live import LiveParams
from core.trading.reports import PositionReported, WalletReported

NOW = 1_700_000_000_000
KEY = KeyFacts(can_trade=True, can_withdraw=False, is_bound=True, expires_ms=None)
FLAT = PositionReported("BTCUSDT", 0, Decimal(0), Decimal(0), None, None, 1, NOW)
WALLET = WalletReported("USDT", Decimal(1000), Decimal(1000), NOW)
ACCOUNT = AccountFacts(True, "REGULAR_MARGIN", Decimal(10), WALLET, FLAT)
CONTRACT = Contract(Instrument(), Decimal(100), is_trading=True, settled_in="USDT")
GOOD = Facts(KEY, ACCOUNT, CONTRACT, offset_ms=12.0, now_ms=NOW)


def amiss(found: Facts, leverage: Decimal | None = Decimal(10)) -> list[Finding]:
    return [
        each
        for each in findings(found, configured=Instrument(), live=LiveParams(), leverage=leverage)
        if each.level != "ok"
    ]


def test_a_sound_account_has_nothing_amiss() -> None:
    assert amiss(GOOD) == []
    assert len(findings(GOOD, configured=Instrument(), live=LiveParams(), leverage=None)) == 11


@pytest.mark.parametrize(
    ("found", "level", "words"),
    [
        (replace(GOOD, key=replace(KEY, can_trade=False)), "fail", "may not trade"),
        (replace(GOOD, key=replace(KEY, can_withdraw=True)), "fail", "withdraw"),
        (replace(GOOD, key=replace(KEY, is_bound=False)), "warn", "any address"),
        (replace(GOOD, key=replace(KEY, expires_ms=NOW - 1)), "fail", "has expired"),
        (replace(GOOD, key=replace(KEY, expires_ms=NOW + 3 * DAY_MS)), "warn", "in 3 days"),
        (replace(GOOD, account=replace(ACCOUNT, is_one_way=False)), "fail", "hedge"),
        (replace(GOOD, account=replace(ACCOUNT, margin_mode="ISOLATED_MARGIN")), "warn", "ISOLATED_MARGIN"),
        (
            replace(GOOD, account=replace(ACCOUNT, leverage=Decimal(20))),
            "fail",
            "leverage is 20; bybit.leverage wants 10",
        ),
        (replace(GOOD, account=replace(ACCOUNT, wallet=None)), "fail", "no USDT"),
        (replace(GOOD, contract=replace(CONTRACT, is_trading=False)), "fail", "not trading"),
        (
            replace(GOOD, contract=replace(CONTRACT, instrument=Instrument(tick=Decimal("0.5")))),
            "fail",
            "tick is 0.5, the settings say 0.1",
        ),
        (replace(GOOD, offset_ms=500.0), "fail", "500 ms"),
        (replace(GOOD, offset_ms=-2_000.0), "fail", "2000 ms"),
    ],
)
def test_what_is_amiss_is_told_alone_and_in_words(found: Facts, level: str, words: str) -> None:
    (told,) = amiss(found)
    assert (told.level, words in told.text) == (level, True), told


def test_just_below_the_limit_the_clock_is_well() -> None:
    assert amiss(replace(GOOD, offset_ms=499.9)) == []


HELD = PositionReported("BTCUSDT", -1, Decimal("0.015"), Decimal("60123.45"), None, Decimal(60_000), 2, NOW)


@pytest.mark.parametrize(
    ("policy", "stop", "words"),
    [
        ("refuse", None, "without a stop. Unless the run that is started opened it: it is not touched"),
        ("flatten", None, "it is closed at the market (live.foreign_position=flatten)"),
        ("adopt", None, "a stop is set at once, where a new entry's would be, or 2 % from the price"),
        ("adopt", Decimal(61_000), "its stop at 61000. Unless the run that is started opened it: it is taken over"),
    ],
)
def test_a_position_is_told_with_the_plan_for_it(policy: str, stop: Decimal | None, words: str) -> None:
    found = replace(GOOD, account=replace(ACCOUNT, position=revised(HELD, stop=stop)))
    live = LiveParams(foreign_position=policy, adopt_stop_pct=2.0)
    (told,) = (
        each for each in findings(found, configured=Instrument(), live=live, leverage=None) if each.level != "ok"
    )
    assert told.level == "warn"
    assert told.text.startswith("BTCUSDT holds 0.015 short at 60123.45, ")
    assert words in told.text
