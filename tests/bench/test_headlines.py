"""The table of readers, on the last 30 % of the labelled headlines; the labels are a model's, not a person's."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from actors.lab.headlines.labelled import Labelled, read_labelled
from actors.lab.headlines.measure import agreement
from tests.bench.headlines import NAME, TRAINED_SHARE, lexicon, trained, vader

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def parts(shared_data: Path) -> tuple[Labelled, Labelled]:
    return read_labelled(shared_data / "news" / NAME).split(TRAINED_SHARE)


def test_the_lexicon_agrees_better_than_the_published_one(parts: tuple[Labelled, Labelled]) -> None:
    ours, theirs = agreement(lexicon(), parts[1]), agreement(vader(), parts[1])
    assert ours.headlines == theirs.headlines == 2_224
    assert ours.macro_f1 >= 0.57
    assert ours.macro_f1 > theirs.macro_f1 > 0.4
    assert ours.accuracy > theirs.accuracy
    assert min(ours.f1.values()) > 0.5


def test_the_lexicon_does_not_lean_on_the_headlines_it_was_tuned_on(parts: tuple[Labelled, Labelled]) -> None:
    before, after = (agreement(lexicon(), part).macro_f1 for part in parts)
    assert abs(before - after) < 0.02


def test_the_trained_model_agrees_better_than_the_lexicon(parts: tuple[Labelled, Labelled]) -> None:
    found = agreement(trained(parts[0]), parts[1])
    assert found.macro_f1 >= 0.66


@pytest.mark.slow
def test_the_script_prints_one_document(shared_data: Path) -> None:
    command = [sys.executable, "-m", "tests.bench.headlines", str(shared_data / "news" / NAME), "--json"]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    assert set(json.loads(ran.stdout)) == {"lexicon", "VADER", "trained model"}
