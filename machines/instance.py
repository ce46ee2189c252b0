"""One live chart: fired by its actor, recorded transition by transition, saved with every batch."""

from collections.abc import Mapping, Sequence
from typing import Any, Self, cast

from core.errors import InvariantBroken
from core.message import Facts, Json, as_dict
from core.reasons import Reason
from core.records import Configuration, Later, Transition
from machines.chart import Chart
from machines.compile import Effect, Spot, Table, table
from machines.configuration import checked

Taken = tuple[str, Configuration, Configuration]
"""Event, source and target of one transition; see `machines.record.Step`."""


class ChartRefused(InvariantBroken):
    """A chart was sent an event that nothing in its configuration takes."""


class Instance:
    """A chart's instance: its configuration, the number of its last record, and what fires it.

    The chart's guards and actions are called with the instance itself: they see `model`, `is_in` and `raise_`.

    Args:
        chart: Which chart.
        instance: Its name in records, `symbol/chart/n`.
        actor: Whose it is, for the records.
        model: What the chart's guards measure against; needed where `chart.memory` says so, and saved with it.
    """

    __slots__ = ("_raised", "_spot", "_table", "actor", "chart", "configuration", "instance", "model", "n")

    configuration: Configuration
    """The ids of all active states in document order."""
    n: int
    """The number of the last record, -1 before the first."""
    _raised: tuple[tuple[str, dict[str, Any]], ...]
    _spot: Spot
    _table: Table

    def __init__(self, chart: type[Chart], *, instance: str, actor: str, model: Any = None) -> None:
        if chart.memory is not None and not isinstance(model, chart.memory):
            raise InvariantBroken(f"{chart.title}: the model must be a {chart.memory.__name__}, it is {model!r}")
        self.chart = chart
        self.instance = instance
        self.actor = actor
        self.model = model
        self.n = -1
        self._begin()

    def create(self, ts: int, *, reasons: tuple[Reason, ...], facts: Facts | Later | None = None) -> Transition:
        """The record of the creation itself: number 0, event `init`, an empty source."""
        if not reasons:
            raise self._unreasoned("init")
        return self._record("init", (), self.configuration, ts=ts, reasons=reasons, told=facts)

    def fire(
        self, event: str, ts: int, *, reasons: tuple[Reason, ...], facts: Facts | Later | None = None, **guarded: Any
    ) -> list[Transition]:
        """Every transition taken, in order.

        Args:
            event: One of the chart's events.
            ts: Event time, UTC ms; guards see it as `now`.
            reasons: Why; at least one.
            facts: Measured values beside their thresholds.
            **guarded: What the event's guards ask for by name.

        Raises:
            ChartRefused: If nothing takes the event here; the configuration is as it was.
            InvariantBroken: If no reason is given.
        """
        guarded.setdefault("now", ts)
        choice = self._spot.choices.get(event)
        if choice is None or not choice.is_plain or not reasons:
            return self._recorded(event, ts, reasons, facts, guarded)
        # The hot path: nearly every fire of a backtest ends here.
        for guards, effect in choice.single:
            for guard in guards:
                if not guard(self, guarded):
                    break
            else:
                self._spot = target = effect.target
                self.configuration = configuration = target.configuration
                self.n = n = self.n + 1
                return [
                    Transition(
                        ts,
                        self.actor,
                        target.title,
                        self.instance,
                        n,
                        event,
                        effect.source,
                        configuration,
                        reasons,
                        {} if facts is None else facts,
                    )
                ]
        return self._recorded(event, ts, reasons, facts, guarded)

    def is_in(self, state: str) -> bool:
        """Whether the state, of whatever depth, is active."""
        spot, configuration = self._spot, self.configuration
        # An action sees states left and entered one by one, which are no spot's.
        return state in (spot.states if configuration is spot.configuration else configuration)

    @property
    def is_final(self) -> bool:
        """Whether nothing can move it any more."""
        return self._spot.is_final

    def raise_(self, event: str, **given: Any) -> None:
        """For the chart's own actions: an event to take within the same macrostep."""
        self._raised = (*self._raised, (event, given))

    def save(self) -> Json:
        """What `restore` needs."""
        return {
            "chart": self.chart.title,
            "n": self.n,
            "configuration": list(self.configuration),
            "model": None if self.chart.memory is None else as_dict(self.model),
        }

    @classmethod
    def restore(cls, chart: type[Chart], saved: Json, *, instance: str, actor: str, model: Any = None) -> Self:
        """The instance as it was saved; no entry action runs.

        Args:
            chart: Which chart.
            saved: What `save` gave.
            instance: Its name in records.
            actor: Whose it is.
            model: Takes the saved values and is used; without it a new `chart.memory` is made of them.

        Raises:
            InvariantBroken: If this is not that chart's, or its configuration is impossible.
        """
        if not isinstance(saved, dict) or saved.get("chart") != chart.title:
            raise InvariantBroken(f"{chart.title} {instance}: this was not saved from a {chart.title} chart: {saved!r}")
        self = cls.__new__(cls)
        self.chart = chart
        self.instance = instance
        self.actor = actor
        self.model = _remembered(chart, saved["model"], model)
        self.n = int(cast("int", saved["n"]))
        self._resume(checked(chart, cast("list[str]", saved["configuration"])))
        return self

    def _recorded(
        self, event: str, ts: int, reasons: tuple[Reason, ...], facts: Facts | Later | None, given: dict[str, Any]
    ) -> list[Transition]:
        if not reasons:
            raise self._unreasoned(event)
        own = self.chart.own_reasons
        return [
            self._record(taken, source, target, ts=ts, reasons=own.get(taken, reasons), told=facts)
            for taken, source, target in self._steps(event, given)
        ]

    def _begin(self) -> None:
        self._table = table(self.chart)
        self._raised = ()
        initial = self._table.initial
        self._spot = initial.target
        self.configuration = initial.target.configuration
        if initial.actions or self._table.has_eventless:
            self._macrostep("__initial__", initial, {}, [])

    def _resume(self, configuration: Configuration) -> None:
        self._table = table(self.chart)
        self._raised = ()
        self._spot = self._table.spot(configuration)
        self.configuration = configuration

    def _steps(self, event: str, given: dict[str, Any]) -> Sequence[Taken]:
        before = self._spot
        steps: list[Taken] = []
        try:
            if self._table.has_eventless:
                self._macrostep("", self._table.select(before, "", self, {}), {}, steps)
            self._macrostep(event, self._accepted(event, given), given, steps)
        except BaseException:
            # All or nothing: whatever failed, the chart is where it was.
            self._spot = before
            self.configuration = before.configuration
            self._raised = ()
            raise
        return steps

    def _accepted(self, event: str, given: Mapping[str, Any]) -> Effect:
        effect = self._table.select(self._spot, event, self, given)
        if effect is None:
            raise self._refused(event, given)
        return effect

    def _macrostep(self, event: str, effect: Effect | None, given: Mapping[str, Any], steps: list[Taken]) -> None:
        """Take a microstep and all that follows from it: eventless transitions first, then events raised."""
        while effect is not None:
            target = effect.target
            steps += [(event, effect.source, target.configuration)] * effect.count
            for call, seen in effect.actions:
                self.configuration = seen
                call(self, given)
            self._spot = target
            self.configuration = target.configuration
            if not self._raised and not self._table.has_eventless:
                return
            event, effect, given = self._follow_up()

    def _follow_up(self) -> tuple[str, Effect | None, Mapping[str, Any]]:
        if self._table.has_eventless:
            effect = self._table.select(self._spot, "", self, {})
            if effect is not None:
                return "", effect, {}
        while self._raised:
            (event, given), *rest = self._raised
            self._raised = tuple(rest)
            effect = self._table.select(self._spot, event, self, given)
            if effect is not None:
                return event, effect, given
        return "", None, {}

    def _record(
        self,
        event: str,
        source: Configuration,
        target: Configuration,
        *,
        ts: int,
        reasons: tuple[Reason, ...],
        told: Facts | Later | None,
    ) -> Transition:
        self.n += 1
        return Transition(
            ts,
            self.actor,
            self.chart.title,
            self.instance,
            self.n,
            event,
            source,
            target,
            reasons,
            {} if told is None else told,
        )

    def _unreasoned(self, event: str) -> InvariantBroken:
        return InvariantBroken(f"{self.chart.title} {self.instance}: the event {event!r} came without a reason")

    def _refused(self, event: str, given: Mapping[str, Any]) -> ChartRefused:
        return ChartRefused(
            f"{self.chart.title} {self.instance}: nothing in {self.configuration} takes {event!r} {given}"
        )


def _remembered(chart: type[Chart], saved: Json, model: Any) -> Any:
    if chart.memory is None:
        return model
    values = cast("Mapping[str, Any]", saved)
    if model is None:
        return chart.memory(**values)
    for name, value in values.items():
        setattr(model, name, value)
    return model
