import pytest

from tests.bench.started import started


def test_a_process_is_timed_as_its_user_has_it_with_bytecode_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    ran = started("-c", "import sys; sys.exit(sys.dont_write_bytecode)")
    assert ran.seconds > 0
    assert ran.peak_mb > 1


def test_a_process_that_fails_is_not_timed() -> None:
    with pytest.raises(ChildProcessError, match="ended with 3"):
        started("-c", "import sys; sys.exit(3)")
