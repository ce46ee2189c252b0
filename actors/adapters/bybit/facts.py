"""What a key may do and how the account is set up: what must be right before the first order.

Source:
    Bybit v5, user/apikey-info, account/account-info, position/position.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from actors.adapters.bybit.account import Account
from actors.adapters.bybit.client import Client
from actors.adapters.bybit.fields import Item, malformed, positive, rows, text
from actors.adapters.bybit.positions import position_reported
from core.errors import FeedMalformed
from core.trading.reports import PositionReported, WalletReported

_ANYWHERE: Final = "*"
_NEVER: Final = "1970"


@dataclass(frozen=True, slots=True)
class KeyFacts:
    """An API key, without what is secret about it."""

    can_trade: bool
    can_withdraw: bool
    is_bound: bool
    """Whether it works from certain addresses only."""
    expires_ms: int | None
    """None: never."""
    account: str = ""
    """The account's number."""


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """The account's modes in one symbol, and its money."""

    is_one_way: bool
    margin_mode: str
    """As Bybit spells it: REGULAR_MARGIN is cross."""
    leverage: Decimal | None
    """None: portfolio margin has none."""
    wallet: WalletReported | None
    position: PositionReported | None = None
    """What is held in the symbol; None: it cannot be told in hedge mode."""


def key_facts(client: Client) -> KeyFacts:
    """What the key may do.

    Raises:
        NotAnswered: If it is not answered.
        FeedMalformed: If the answer cannot be believed.
    """
    found = client.ask("get_api_key_information").result
    allowed = found.get("permissions")
    if not isinstance(allowed, dict):
        raise malformed(found, "permissions", "an object")
    contracts = set(allowed.get("ContractTrade") or ())
    trades = {"Order", "Position"} <= contracts or "DerivativesTrade" in (allowed.get("Derivatives") or ())
    addresses = [each for each in rows(found, "ips") if each != _ANYWHERE] if found.get("ips") else []
    return KeyFacts(
        can_trade=trades and text(found, "readOnly") == "0",
        can_withdraw="Withdraw" in (allowed.get("Wallet") or ()),
        is_bound=bool(addresses),
        expires_ms=_expiry(found),
        account=text(found, "userID"),
    )


def account_facts(client: Client, symbol: str) -> AccountFacts:
    """How the account is set up; raises as `key_facts`."""
    account = Account(client)
    legs: list[Any] = rows(client.ask("get_positions", category="linear", symbol=symbol).result)
    if not legs or not all(isinstance(leg, dict) for leg in legs):
        raise FeedMalformed(f"Bybit told no position of {symbol}, not even a flat one")
    is_one_way = all(text(leg, "positionIdx") == "0" for leg in legs)
    return AccountFacts(
        is_one_way=is_one_way,
        margin_mode=text(client.ask("get_account_info").result, "marginMode"),
        leverage=positive(legs[0], "leverage"),
        wallet=account.wallet(),
        position=position_reported(legs[0]) if is_one_way else None,
    )


def _expiry(found: Item) -> int | None:
    told = text(found, "expiredAt")
    if not told or told.startswith(_NEVER):
        return None
    try:
        at = datetime.fromisoformat(told)
    except ValueError:
        raise malformed(found, "expiredAt", "a time such as 2026-01-31T00:00:00Z") from None
    return int(at.replace(tzinfo=at.tzinfo or UTC).timestamp() * 1000)
