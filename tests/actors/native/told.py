"""All that backtests of lively markets tell, as text; of compiled actors: `python -m tests.actors.native.told`."""

from typing import Any

from actors.native.finder import use


def told() -> list[str]:
    """Every record, every actor's state, the summary: both profiles, on both roads."""
    from actors.system import crew_params  # noqa: PLC0415  what may be compiled, after `use`
    from settings import load  # noqa: PLC0415
    from tests.actors.made import LIVELY, market, swung  # noqa: PLC0415

    runs = [
        (swung(6_000, seed=1, without=(1_199, 1_200, *range(3_000, 3_020))), crew_params(load(overrides=LIVELY))),
        (market(3_000, seed=2, without=(700, 701)), crew_params(load(profile="bare-trend"))),
        (market(3_000, seed=3), crew_params(load(profile="bare-trend", overrides=("instrument.tick=0.1",)))),
    ]
    return [line for source, params in runs for slow in (False, True) for line in _told(source, params, slow)]


def _told(source: Any, params: Any, bar_by_bar: bool) -> list[str]:  # noqa: FBT001  one of two roads
    from actors.kernel.transcript import Transcript  # noqa: PLC0415  likewise
    from tests.actors.made import crewed  # noqa: PLC0415

    scribe = Transcript()
    crew, summary = crewed(source, params, bar_by_bar=bar_by_bar, scribe=scribe)
    states = [f"{decider.address} {decider.save()!r}" for decider in crew.deciders]
    figures = [f"{name} {value!r}" for name, value in summary.items()]
    records = [f"{record!r} {getattr(record, 'facts', None)!r}" for record in scribe.records]
    return [*records, *states, *figures]


if __name__ == "__main__":
    if not use():
        raise SystemExit("nothing compiled of these sources: python -m actors.native.build")
    print("\n".join(told()))  # noqa: T201
