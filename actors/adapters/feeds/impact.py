"""How calendars spell what an announcement can do to a market."""

from actors.adapters.feeds.answer import Impact

_WORDS: dict[str, Impact] = {
    "high": "HIGH",
    "red": "HIGH",
    "3": "HIGH",
    "medium": "MEDIUM",
    "moderate": "MEDIUM",
    "orange": "MEDIUM",
    "2": "MEDIUM",
    "low": "LOW",
    "yellow": "LOW",
    "1": "LOW",
    "none": "NONE",
    "holiday": "NONE",
}


def impact_of(text: str) -> Impact | None:
    """The impact that a word stands for, such as `High` or `High Impact Expected`; None where it stands for none."""
    first, *_ = text.lower().split() or [""]
    return _WORDS.get(first)
