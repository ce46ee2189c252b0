"""What is obvious about a result, in a sentence or two."""

from collections.abc import Iterator, Mapping
from typing import Any

from core.reasons import Reason


def verdict(document: Mapping[str, Any]) -> Iterator[str]:
    """Sentences for a trader; none where nothing is obvious."""
    if not document["trades"]:
        yield _idle(document["blocked"], document["bars"])
        return
    net = document["final_equity"] - document["start_balance"]
    costs = document["fees"] + document["funding"]
    before = net + costs
    if net >= 0:
        yield f"It made {net:,.2f} after {costs:,.2f} of fees and funding."
    elif before > 0:
        yield f"It earned {before:,.2f} and paid {costs:,.2f} in fees and funding: the costs made it a loss."
    elif costs > 0:
        share = 100 * costs / -net
        yield f"It lost {-net:,.2f}; {share:.0f} % of that is fees and funding, the rest was lost before them."
    else:
        yield f"It lost {-net:,.2f}."
    if document["trades"] < 30:
        yield f"{document['trades']} trades are too few to tell skill from luck."


def _idle(blocked: Mapping[str, int], bars: int) -> str:
    if not blocked:
        return "Nothing traded."
    code, count = max(blocked.items(), key=lambda item: item[1])
    serious = {name: seen for name, seen in blocked.items() if name not in ("NO_SIGNAL", "WARMING_UP")}
    if code in ("NO_SIGNAL", "WARMING_UP") and serious:
        code, count = max(serious.items(), key=lambda item: item[1])
    reason = Reason[code]
    return f"Nothing traded: {code} on {count:,} of {bars:,} bars. {reason.meaning} {reason.remedy}".strip()
