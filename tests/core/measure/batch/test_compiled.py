from core.measure.batch.compiled import compiled


def doubled(x: int) -> int:
    return x + x


def test_a_loop_that_can_be_kept_nowhere_is_compiled_all_the_same() -> None:
    doubled.__code__ = doubled.__code__.replace(co_filename="<nowhere>")
    fast = compiled(doubled)
    assert fast(3) == 6
    assert len(fast.signatures) == 1  # type: ignore[attr-defined]
