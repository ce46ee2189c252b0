"""Readers of tone beside labels, in one run; `python -m tests.bench.headlines [FILE] [--json]` prints the table.

All read the same last 30 % of the labelled headlines by time: the lexicon as shipped, VADER as published, and the
optional model trained on the first 70 %. The labels were made by a model, not by a person: agreement with them is not
truth.
"""

import argparse
import json
import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from vaderSentiment.vaderSentiment import (  # type: ignore[import-untyped]  # it has none
    SentimentIntensityAnalyzer,
)

from actors.adapters.model.file import write_model
from actors.lab.headlines.labelled import Labelled, read_labelled
from actors.lab.headlines.measure import Agreement, Reader, agreement
from actors.lab.headlines.train import train
from core.news.classify import classify
from core.news.model import HeadlineModel
from core.news.params import NewsParams

NAME = "bitcoin_headlines_labelled_2021-11_2023-06.csv.gz"
TRAINED_SHARE = 0.7
VADER_NEUTRAL = 0.05
"""Compound scores nearer to 0 are neutral: the authors' own line."""
NEWS = NewsParams()


def lexicon(model: HeadlineModel | None = None) -> Reader:
    """Our reader, with a trained model or without."""
    return lambda title: classify(title, 0, NEWS, model).sentiment


def vader() -> Reader:
    """The published lexicon."""
    analyzer = SentimentIntensityAnalyzer()

    def read(title: str) -> float:
        compound: float = analyzer.polarity_scores(title)["compound"]
        return compound if abs(compound) >= VADER_NEUTRAL else 0.0

    return read


def trained(labelled: Labelled) -> Reader:
    """The optional model as users have it: trained, written, read back."""
    with TemporaryDirectory() as folder:
        return lexicon(write_model(Path(folder) / "headlines.npz", train(labelled, NEWS), {}))


def measured(path: Path) -> dict[str, Agreement]:
    """Every reader on the last 30 %."""
    first, rest = read_labelled(path).split(TRAINED_SHARE)
    readers = {"lexicon": lexicon(), "VADER": vader(), "trained model": trained(first)}
    return {name: agreement(read, rest) for name, read in readers.items()}


def main() -> None:
    """Print the table, or one JSON document."""
    data = Path(os.environ.get("CHARTWRIGHT_DATA", Path(__file__).parents[3] / "shared" / "data"))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", nargs="?", type=Path, default=data / "news" / NAME, metavar="FILE")
    parser.add_argument("--json", action="store_true", help="one JSON document")
    given = parser.parse_args()
    found = measured(given.path)
    if given.json:
        sys.stdout.write(json.dumps({name: each._asdict() for name, each in found.items()}, indent=2) + "\n")
        return
    lines = ["| reader | headlines | accuracy | macro-F1 | headlines/s |", "|---|--:|--:|--:|--:|"]
    for name, each in found.items():
        figures = f"{each.headlines:,} | {each.accuracy:.3f} | {each.macro_f1:.3f} | {each.per_second:,.0f}"
        lines.append(f"| {name} | {figures} |")
    sys.stdout.write("\n".join(lines) + "\nThe labels were made by a model, not by a person.\n")


if __name__ == "__main__":
    main()
