"""Reading the published view, in which any part may be missing."""

from core.message import Json


def pick(view: Json, path: str) -> Json:
    """The value at a dotted path, or None where the way ends."""
    value = view
    for key in path.split("."):
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def pick_number(view: Json, path: str) -> float | None:
    """The number at a dotted path, or None."""
    value = pick(view, path)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def pick_items(view: Json, path: str) -> list[dict[str, Json]]:
    """The objects of the list at a dotted path; empty where there is none."""
    value = pick(view, path)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def pick_mapping(view: Json, path: str) -> dict[str, Json]:
    """The object at a dotted path; empty where there is none."""
    value = pick(view, path)
    return value if isinstance(value, dict) else {}


def live_instances(view: Json, chart: str) -> list[Json]:
    """The chart's live instances and their configurations."""
    return [
        {"instance": item.get("instance"), "configuration": item.get("configuration")}
        for item in pick_items(view, "machines")
        if item.get("chart") == chart
    ]


def is_healthy(view: Json) -> bool:
    """False in safe mode, or when the system says so itself."""
    return pick(view, "session.state") != "safe_mode" and pick(view, "healthy") is not False


def health(view: Json) -> dict[str, Json]:
    """Every actor, chart and feed, and what is wrong if anything is."""
    return {
        "status": "ok" if is_healthy(view) else "unhealthy",
        "why": pick(view, "why"),
        "session": pick(view, "session"),
        "actors": pick(view, "actors"),
        "machines": pick(view, "machines"),
        "feeds": pick(view, "feeds"),
        "connections": pick(view, "connections"),
        "durable_seq": pick(view, "durable_seq"),
        "time": pick(view, "time"),
    }
