"""How one input moves the scores, the others held.

Over its reach s, d and x are straight lines. Price's say turns at 0, so it has two reaches; so have the news, whose
weight turns there too: s = (S + w·n·|n|) / (W + w·|n|), with S and W of the other inputs, and no line.
"""

from typing import NamedTuple

from core.regime.score import Scores, by_price, rounded, scores_of

Parabola = tuple[float, float, float]
"""at + slope·m + bend·m²."""


class Lines(NamedTuple):
    """s, d and x where they stand, and how each moves with the input."""

    s: float
    s_slope: float
    d: float | None
    d_slope: float
    x: float | None
    x_slope: float
    s_pull: float = 0.0
    """How fast the input's weight grows, over all weight: s = (s + s_slope·m + s_pull·m²) / (1 + s_pull·m)."""

    def scores(self, moved: float, decoupled_minimum: float) -> Scores:
        """The scores once the input has moved that far."""
        s, s_slope, d, d_slope, x, x_slope, s_pull = self
        s = (s + (s_slope + s_pull * moved) * moved) / (1 + s_pull * moved)
        d = None if d is None else d + d_slope * moved
        x = None if x is None else x + x_slope * moved
        return scores_of(rounded(s), d, x, decoupled_minimum)

    def s_over(self, at: float, slope: float = 0.0) -> Parabola:
        """What has s's sign over the line at + slope·m, and is 0 where they meet."""
        return self.s - at, self.s_slope - slope - at * self.s_pull, (1 - slope) * self.s_pull


class Reach(NamedTuple):
    """A stretch of an input's range over which the same lines hold."""

    start: float
    """Where the lines stand: at the input or, in a stretch it is not in, at the end next to it."""
    lines: Lines
    lowest: float = -1.0
    highest: float = 1.0


def price_reaches(stand: Lines, dominance: float, price: float, weights: tuple[float, float]) -> tuple[Reach, Reach]:
    """The two reaches of price's trend, which has its say in how dominance's is read.

    Args:
        stand: Where s, d and x stand.
        dominance: Its trend as measured.
        price: Its trend.
        weights: Of dominance as it is read, in s and in x.
    """
    in_s, in_x = weights
    added = by_price(dominance, price) - dominance
    unmoved = stand._replace(s=stand.s - in_s * added, x=None if stand.x is None else stand.x - in_x * added)

    def reach(lowest: float, highest: float, slope: float) -> Reach:
        is_here = lowest <= price <= highest
        lines = (stand if is_here else unmoved)._replace(s_slope=in_s * slope, x_slope=in_x * slope)
        return Reach(price if is_here else 0.0, lines, lowest, highest)

    return reach(0.0, 1.0, 1 - dominance), reach(-1.0, 0.0, 1 + dominance)


def news_reaches(stand: Lines, news: float, silent_s: float, loud: float) -> tuple[Reach, Reach]:
    """The two reaches of the news, which weigh as much as they say.

    Args:
        stand: Where s, d and x stand.
        news: The signal.
        silent_s: s where the news say nothing.
        loud: The news' weight over the others', where they say all they can.
    """

    def reach(lowest: float, highest: float, pull: float) -> Reach:
        if not lowest <= news <= highest:
            return Reach(0.0, stand._replace(s=silent_s, s_pull=pull), lowest, highest)
        pull /= 1 + loud * abs(news)
        return Reach(news, stand._replace(s_slope=2 * pull * news, s_pull=pull), lowest, highest)

    return reach(0.0, 1.0, loud), reach(-1.0, 0.0, -loud)
