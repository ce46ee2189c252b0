"""The runner: what it prints, keeps and refuses, and that what it measures is what it says."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest

from actors.kernel.transcript import Transcript
from actors.lab.backtest import backtest
from actors.replay import ReplaySource
from core.book.order_book import Quote
from core.book.params import BookParams
from core.book.sampler import Sampler
from core.book.sequence import BYBIT
from core.book.trade import Trade
from tests.bench import candles, chain, engine, history, journal, peers, quick
from tests.bench import command as bench
from tests.bench.book import fold, sampled, taped, updates
from tests.bench.engine import params, runs
from tests.bench.figure import Figure, number, per_second, repeated
from tests.bench.started import started
from tests.bench.sweep import grid, many


@pytest.fixture
def plain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A runner of two small benchmarks, one of which lacks what it needs; where its history is."""
    file = tmp_path / "history.jsonl"
    figures = [Figure("steps", (3.0, 1.0, 2.0), "s", goal=2.0), Figure("rate", (5.0,), "1/s", "higher", 6.0)]
    monkeypatch.setattr(bench, "BENCHMARKS", {"small": lambda _: figures, "absent": lambda _: []})
    monkeypatch.setattr(history.append, "__defaults__", (file,))
    monkeypatch.setattr(history.last, "__defaults__", (file,))
    return file


def test_a_run_is_printed_as_one_document_and_kept(plain: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.main(["--json", "--repeat", "2"]) == 0
    printed = capsys.readouterr()
    told = json.loads(printed.out)
    assert [(each["name"], each["median"], each["best"], each["reached"]) for each in told["figures"]] == [
        ("steps", 2.0, 1.0, True),
        ("rate", 5.0, 5.0, False),
    ]
    assert {"python", "numpy", "anyio"} <= set(told["versions"])
    assert "absent: what it needs is absent here" in printed.err
    assert json.loads(plain.read_text("utf-8")) == told
    assert history.last() == {"steps": 2.0, "rate": 5.0}


def test_runs_add_up_and_the_latest_is_shown_beside_the_next(plain: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.main(["small"]) == bench.main(["small"]) == 0
    assert len(plain.read_text("utf-8").splitlines()) == 2
    assert "steps" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["nothing"], ["--repeat", "0"], ["--accept"]])
def test_what_makes_no_sense_is_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        bench.main(arguments)
    assert ended.value.code == 2
    assert "error:" in capsys.readouterr().err


def test_quick_ends_with_1_where_a_ratio_grew(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    known = quick.reference()
    found = {**known, "journal": 3 * known["journal"]}
    monkeypatch.setattr(quick, "measured", lambda _: dict(found))
    assert bench.main(["--quick"]) == 1
    assert capsys.readouterr().err.startswith("journal: ")
    monkeypatch.setattr(quick, "measured", lambda _: dict(known))
    assert bench.main(["--quick", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["slower"] == []


def test_a_figure_knows_its_middle_its_best_and_whether_it_reached_its_goal() -> None:
    seconds = Figure("", (3.0, 1.0, 2.0), "s", goal=2.0)
    assert (seconds.median, seconds.best, seconds.reached) == (2.0, 1.0, True)
    rate = Figure("", (3.0, 1.0, 2.0), "1/s", "higher", 2.1)
    assert (rate.median, rate.best, rate.reached) == (2.0, 3.0, False)
    assert Figure("", (1.0,), "").reached is None
    assert per_second(10, (2.0, 5.0)) == (5.0, 2.0)


def test_a_repeat_warms_up_first() -> None:
    called: list[int] = []
    assert len(repeated(lambda: called.append(1), 3, warm_up=2)) == 3
    assert len(called) == 5


@pytest.mark.parametrize(("value", "text"), [(1_234_567.8, "1,234,568"), (0.38123, "0.381"), (99.94, "99.9")])
def test_a_number_keeps_the_digits_that_mean_something(value: float, text: str) -> None:
    assert number(value) == text


def test_the_made_year_is_a_market_and_the_same_each_time(tmp_path: Path) -> None:
    fine, coarse = candles.year(1), candles.year(5)
    assert (len(fine), len(coarse)) == (525_600, 105_120)
    for bars in (fine, coarse):
        assert (bars.high >= np.maximum(bars.open, bars.close)).all()
        assert (bars.low <= np.minimum(bars.open, bars.close)).all()
        assert (np.diff(bars.open_ms) == bars.timeframe_ms).all()
        assert (bars.open[1:] == bars.close[:-1]).all()
    assert coarse.close[-1] == fine.close[-1]
    assert coarse.sha256() == candles.year.__wrapped__(5).sha256()
    assert candles.written(coarse.between(0, 10), tmp_path / "x.parquet").stat().st_size > 0


def test_what_is_timed_keeps_every_record_and_leaves_only_the_digest_out() -> None:
    source, bare = ReplaySource(candles.year(5).between(0, 2_000), [], []), params("bare-trend")
    timed, whole = Transcript(), Transcript()
    with patch.object(engine, "Transcript", lambda: timed):
        told = runs(source, bare)()
    known = backtest(source, bare, scribe=whole)
    assert isinstance(told, dict)
    assert told["transitions_sha256"] == ""
    assert known["transitions_sha256"] != ""
    assert (told["trades"], told["final_equity"]) == (known["trades"], known["final_equity"])
    assert timed.records == whole.records
    assert timed.transitions > 100


@pytest.mark.parametrize("way", ["simulated", "live"])
def test_every_hop_is_made(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    kernels = [chain.chain()]
    monkeypatch.setattr(chain, "chain", lambda: kernels[0])
    items = chain.headlines(7)
    chain.simulated(items) if way == "simulated" else chain.on_uvloop(chain.live, items)
    assert [decider.save() for decider in kernels[0].deciders] == [7] * chain.ACTORS


def test_the_journal_holds_both_rows_of_every_input(tmp_path: Path) -> None:
    assert journal.durable(tmp_path / "k.sqlite", 20) > 0
    assert len(journal.waited(tmp_path / "l.sqlite", 5)) == 5
    assert journal.raw_rows(tmp_path / "m.sqlite", 10) > 0
    for name, inputs in (("k", 20), ("l", 5)):
        assert kinds(tmp_path / f"{name}.sqlite") == {"input": inputs + 1, "transition": inputs}


def kinds(file: Path) -> dict[str, int]:
    """How many rows of each kind a journal holds."""
    with closing(sqlite3.connect(file)) as connection:
        return dict(connection.execute("SELECT kind, count(*) FROM journal_record GROUP BY kind").fetchall())


def test_the_made_book_stays_whole() -> None:
    quote = fold(BYBIT, updates(300)).quote()
    assert isinstance(quote, Quote)
    assert quote.bid < quote.ask


def test_a_sample_is_taken_of_a_whole_book_and_its_tape() -> None:
    kept = fold(BYBIT, updates(300))
    sampler = Sampler(kept, taped([Trade("BTCUSDT", kept.ts, 30_000.0, 1.0, 1)]), BookParams())
    sampled(kept, sampler)
    assert sampler.refusal(kept.ts) is None
    assert sampler.close(kept.ts).trades == 1


def test_a_process_tells_its_time_and_memory_and_one_that_fails_is_told() -> None:
    ran = started("-c", "x = bytearray(50_000_000)")
    assert ran.seconds > 0
    assert ran.peak_mb > 50
    big = bytearray(200_000_000)
    assert started("-c", "pass").peak_mb < 50, "what this process holds does not count"
    assert len(big) == 200_000_000
    with pytest.raises(ChildProcessError, match="ended with 3"):
        started("-c", "raise SystemExit(3)")


def test_the_parameter_sets_are_as_many_as_they_are_called() -> None:
    assert len(grid()) == 50
    assert len({tuple(each.items()) for each in many()}) == 10_000


def test_another_engine_s_result_is_the_line_that_says_so() -> None:
    text = 'noise\nRESULT {"median_s": 2.0}\nRESULT {"median_s": 1.5, "trades": 3}\n'
    assert peers.result(text, "ref") == {"median_s": 1.5, "trades": 3}
    with pytest.raises(ChildProcessError, match="bench_ref"):
        peers.result("noise", "ref")


def test_where_no_other_engine_is_installed_none_is_raced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PEERS_HOME", str(tmp_path))
    monkeypatch.setenv("CHARTWRIGHT_PEERS", str(tmp_path))
    assert peers.installed() == []
    assert peers.peers(1) == []


def test_another_engine_is_raced_by_its_script_on_our_candles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PEERS_HOME", str(tmp_path))
    monkeypatch.setenv("CHARTWRIGHT_PEERS", str(tmp_path))
    (tmp_path / "bench_ref.py").write_text("")
    python = peers.python_of("ref")
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\necho "RESULT {\\"median_s\\": 1.0, \\"asked\\": \\"$3 $5 $PEERS_HOME\\"}"\n')
    python.chmod(0o755)
    assert peers.installed() == ["ref"]
    (figure, ratio) = peers._race("ref", (), tmp_path / "c.parquet", Figure("", (0.25,), "s"), 3)
    assert (figure.median, ratio.median) == (1.0, 4.0)
    told = peers.raced("ref", tmp_path / "c.parquet", 3)
    assert told["asked"] == f"{tmp_path / 'c.parquet'} 3 {tmp_path}"


def test_an_engine_that_fails_is_told_and_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CHARTWRIGHT_PEERS", str(tmp_path))
    monkeypatch.setattr(peers, "python_of", lambda _: Path("false"))
    assert peers._race("ref", (), tmp_path / "c.parquet", Figure("", (1.0,), "s"), 1) == []
    assert "bench_ref" in capsys.readouterr().err
