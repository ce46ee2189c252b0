"""What a run should be told before it idles to its end."""

from settings import Settings


def idle_remarks(settings: Settings, *, has_macro: bool) -> tuple[str, ...]:
    """That nothing will trade, where nothing can."""
    if has_macro or settings.regime.pinned:
        return ()
    remedy = "give --macro DIR, or --macro dxy=FILE and --macro btc_dominance=FILE"
    return (f"without macro data the regime stays undetermined and nothing will trade: {remedy}",)
