"""A writer killed at any moment leaves a sound journal that holds everything it had called durable."""

import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.actors.adapters.ledger.book import Book

_ROOT = Path(__file__).parents[4]
_WRITER = """
import sys
from actors.adapters.ledger.commit import Commit
from actors.adapters.ledger.manifest import Manifest
from actors.adapters.ledger.writer import Ledger
from core.records import JournalRow

url, owner, size = sys.argv[1], sys.argv[2], int(sys.argv[3])
ledger = Ledger.open(url, owner=owner)
run = ledger.begin(Manifest({}, {}, {}, 1), fresh=False, now_ms=1)
seq, number = run.last_seq, run.last_input
while True:
    number += 1
    rows = [
        JournalRow(seq + i, ("input", "evaluation")[i % 2], number, "a", "", "", 0, "e", (), (), (), {"x": i / 3}, "")
        for i in range(1, size + 1)
    ]
    seq = ledger.commit(Commit(number, number, rows, {"kernel": number}), recorded_at_ms=number)
    print(seq, flush=True)
"""


@pytest.mark.parametrize("seed", range(4))
def test_a_killed_writer_leaves_a_sound_journal(book: Book, seed: int) -> None:
    chance = random.Random(seed)
    size = [1, 7, 100, 500][seed]
    for _ in range(2):
        durable = _killed_after(chance.randrange(1, 15), book, size)
        found = book.reader().verify()
        assert found.broken_at is None
        assert durable <= found.records <= durable + size
        assert found.records % size == 0
        _, run = book.begun(fingerprint={}, settings={}, versions={}, seed=1)
        assert (run.resumed, run.last_seq, run.states["kernel"]) == (True, found.records, found.commits)


def _killed_after(commits: int, book: Book, size: int) -> int:
    """Start a writer, kill it while it goes on after so many commits, and return what it last called durable."""
    command = [sys.executable, "-c", _WRITER, book.url, book.owner, str(size)]
    with subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        said = [writer.stdout.readline() for _ in range(commits)]
        writer.kill()
        said += writer.stdout
    return int([line for line in said if line.endswith("\n")][-1])
