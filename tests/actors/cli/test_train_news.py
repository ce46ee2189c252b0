"""`chartwright train-news`, and the model it makes in use."""

import csv
import json
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from actors.lab.backtest import backtest
from actors.replay import ReplaySource
from actors.system import RunOptions, crew_params, manifest
from settings import load
from tests.actors.made import market

SAYINGS = {
    "positive": ("glimmers", "sparkles", "blossoms"),
    "negative": ("withers", "rots"),
    "neutral": ("sits", "waits"),
}
NAMES = ("Bitcoin", "Ether", "A token", "Crypto", "XRP", "Solana")
TAILS = ("today", "this week", "in Asia", "on Monday", "after hours", "at noon")


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    """Headlines in words of their own, the classes taking turns."""
    said = [(saying, label) for label, sayings in SAYINGS.items() for saying in sayings]
    rows = [(f"{name} {saying} {tail}", label) for name, tail, (saying, label) in product(NAMES, TAILS, said)]
    path = tmp_path / "labelled.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("time", "title", "label"))
        writer.writerows((1_700_000_000_000 + at * 60_000, *row) for at, row in enumerate(rows))
    return path


def trained(cli: Any, labelled: Path, path: Path) -> dict[str, Any]:
    result = cli("train-news", "--labelled", labelled, "-o", path, "--share", "0.8", "--json")
    assert result.exit_code == 0, result.output
    document: dict[str, Any] = json.loads(result.stdout)
    return document


def test_a_model_is_written_and_measured_on_what_it_has_not_seen(cli: Any, labelled: Path, tmp_path: Path) -> None:
    told = trained(cli, labelled, tmp_path / "m.npz")
    assert (told["trained_on"], told["measured_on"]) == (201, 51)
    assert told["trained"]["macro_f1"] > 0.9 > told["lexicon"]["macro_f1"]
    assert (tmp_path / "m.npz").is_file()


def test_people_get_a_table_and_the_way_to_use_it(cli: Any, labelled: Path, tmp_path: Path) -> None:
    result = cli("train-news", "--labelled", labelled, "-o", tmp_path / "m.npz", "--share", "0.8")
    assert "macro-F1" in result.stdout
    assert f"--set news.model={tmp_path / 'm.npz'}" in result.stderr


def test_what_is_missing_is_named(cli: Any, labelled: Path) -> None:
    for given, missing in ((("-o", "m.npz"), "--labelled"), (("--labelled", labelled), "-o")):
        result = cli("train-news", *given)
        assert result.exit_code == 2
        assert f"{missing} is missing" in result.stderr


def test_a_run_uses_the_model_and_its_fingerprint_says_which(cli: Any, labelled: Path, tmp_path: Path) -> None:
    sha256 = trained(cli, labelled, tmp_path / "m.npz")["sha256"]
    plain, modelled = load(), load(overrides=[f"news.model={tmp_path / 'm.npz'}"])
    source: ReplaySource = market(40)
    options = RunOptions("replay", "default", 1)
    assert "headline_model" not in manifest(plain, source, options).fingerprint
    assert manifest(modelled, source, options).fingerprint["headline_model"] == sha256
    assert crew_params(plain).headline_model is None
    model = crew_params(modelled).headline_model
    assert model is not None
    assert model.sha256 == sha256
    assert backtest(source, crew_params(modelled))["bars"] == 40


def test_a_model_that_is_none_stops_the_start_in_one_line(cli: Any, labelled: Path) -> None:
    result = cli("run", "--no-web", "--bars", "1", "--set", f"news.model={labelled}")
    assert result.exit_code == 2
    assert "news.model is" in result.stderr
    assert "chartwright train-news" in result.stderr
