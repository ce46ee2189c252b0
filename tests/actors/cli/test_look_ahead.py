import json
from pathlib import Path
from typing import Any

import pytest
import typer

from actors.cli.look_ahead import answer
from actors.lab.look_ahead import Looked, Peek
from tests.actors.cli.conftest import START_MS


def test_a_market_of_ours_has_no_look_ahead(cli: Any, candles: Any, macro: Any) -> None:
    result = cli("look-ahead", "--candles", candles(), "--macro", macro, "--cuts", "3", "--last-bars", "5", "--json")
    assert result.exit_code == 0, result.stderr
    document = json.loads(result.stdout)
    assert document["look_ahead"] is False
    assert document["bars_compared"] == 15
    assert document["values_compared"] > 15 * 50
    assert document["differences"] == []


def test_a_difference_is_shown_with_field_bar_and_both_values_and_fails(capsys: Any) -> None:
    peek = Peek("columns.reading.atr", START_MS, START_MS + 300_000, 1.5, 2.5)
    with pytest.raises(typer.Exit) as left:
        answer(Looked([peek] * 30, [START_MS + 300_000], 20, 1_000), as_json=False)
    assert left.value.exit_code == 1
    shown = capsys.readouterr().out
    assert "Look-ahead: 30 of 1,000" in shown
    assert all(text in shown for text in ("columns.reading.atr", "2022-01-01 00:00", "1.5", "2.5", "10 more"))


def test_no_candles_are_refused(cli: Any) -> None:
    assert cli("look-ahead").exit_code == 2


@pytest.mark.slow
def test_real_candles_macro_and_news_have_no_look_ahead(cli: Any, shared_data: Path) -> None:
    news = shared_data / "news" / "bitcoin_headlines_labelled_2021-11_2023-06.csv.gz"
    market = ("--candles", shared_data / "candles/freqtrade/BTC_USDT-5m.json.gz", "--to", "2022-01-15")
    result = cli("look-ahead", *market, "--macro", shared_data / "macro", "--news", news, "--cuts", "6", "--json")
    assert result.exit_code == 0, result.stdout
    assert json.loads(result.stdout)["bars_compared"] == 120
