"""`chartwright train-news`: the optional headline model from a user's own labelled headlines."""

from pathlib import Path
from typing import Annotated

import typer

from actors.adapters.model.file import write_model
from actors.cli import options as opt
from actors.cli.output import note, page, plain_table, told
from actors.lab.headlines.labelled import Labelled, read_labelled
from actors.lab.headlines.measure import Agreement, agreement
from actors.lab.headlines.train import TrainParams, train
from core.errors import ConfigurationError
from core.news.classify import classify
from core.news.model import HeadlineModel
from core.news.params import NewsParams
from settings import load

LabelledFile = Annotated[
    Path | None,
    typer.Option("--labelled", metavar="FILE", help="Headlines with a time, a text and a label, as CSV or JSON."),
]
Output = Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="Where the model goes, an .npz.")]
Share = Annotated[
    float, typer.Option("--share", min=0.1, max=0.95, help="Trained on this share, the oldest; measured on the rest.")
]


def train_news(
    *,
    labelled: LabelledFile = None,
    output: Output = None,
    share: Share = 0.7,
    config: opt.Config = None,
    assignments: opt.Set = None,
    as_json: opt.AsJson = False,
) -> None:
    """Train the optional headline model from a labelled file of yours, and measure it on the part it has not seen.

    The model is used by `--set news.model=FILE`. Labels are words (positive, negative, neutral) or scores in [-1, 1].

    Example: chartwright train-news --labelled headlines.csv -o headlines.npz
    """
    if labelled is None or output is None:
        missing = "--labelled" if labelled is None else "-o"
        raise ConfigurationError(f"{missing} is missing: chartwright train-news --labelled FILE -o FILE")
    news = load(config=config, overrides=assignments or ()).news
    first, rest = read_labelled(labelled).split(share)
    note(f"training on the first {len(first):,} of {len(first) + len(rest):,} headlines")
    model = write_model(output, train(first, news, TrainParams()), {"headlines": len(first)})
    readers = {"lexicon": _measured(rest, news, None), "trained": _measured(rest, news, model)}
    if as_json:
        counts = {"features": len(model.names), "trained_on": len(first), "measured_on": len(rest)}
        told({"model": str(output), "sha256": model.sha256, **counts} | {k: v._asdict() for k, v in readers.items()})
        return
    _report(readers, len(rest))
    note(f"use it: --set news.model={output}")


def _measured(labelled: Labelled, news: NewsParams, model: HeadlineModel | None) -> Agreement:
    return agreement(lambda title: classify(title, 0, news, model).sentiment, labelled)


def _report(readers: dict[str, Agreement], headlines: int) -> None:
    note(f"measured on the last {headlines:,} headlines, which were not trained on:")
    numbers = ("accuracy", "macro-F1", "headlines/s")
    table = plain_table("reader", *numbers, numbers=numbers)
    for name, found in readers.items():
        table.add_row(name, f"{found.accuracy:.3f}", f"{found.macro_f1:.3f}", f"{found.per_second:,.0f}")
    page().print(table)
