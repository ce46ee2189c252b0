"""Positions, wallet and account as they are spelled.

Source:
    Bybit v5, position/position, account/wallet-balance, account/account-info, account/fee-rate, user/apikey-info,
    websocket/private/position, /wallet.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from actors.adapters.sandbox.exchange.account import Account, Marks
from actors.adapters.sandbox.exchange.amount import ZERO, plain, rounded, stepped
from actors.adapters.sandbox.exchange.event import Row
from actors.adapters.sandbox.exchange.listing import Listing
from actors.adapters.sandbox.exchange.order import Order
from actors.adapters.sandbox.exchange.params import ExchangeParams
from actors.adapters.sandbox.exchange.position import Position

_PERMISSIONS: dict[str, list[str]] = {
    "ContractTrade": ["Order", "Position"],
    "Spot": [],
    "Wallet": [],
    "Options": [],
    "Derivatives": ["DerivativesTrade"],
    "CopyTrading": [],
    "BlockTrade": [],
    "Exchange": [],
    "NFT": [],
    "Affiliate": [],
    "Earn": [],
    "FiatP2P": [],
    "FiatBybitPay": [],
    "FiatConvertBroker": [],
    "FiatGlobalPay": [],
    "FiatBitPay": [],
    "BitCard": [],
    "ByXPost": [],
}
"""It trades contracts and cannot withdraw."""


@dataclass(frozen=True, slots=True)
class Stops:
    """The prices at which a position closes itself; 0: none."""

    take_profit: Decimal = ZERO
    stop_loss: Decimal = ZERO
    trailing: Decimal = ZERO
    """A distance."""


def listed_position(position: Position, stops: Stops, account: Account, marks: Marks, listing: Listing) -> Row:
    """A position in an answer."""
    return _position(position, stops, account, marks, listing) | {
        "avgPrice": plain(position.entry),
        "bustPrice": _limit(account.price_where(position, marks, maintained=False), listing),
    }


def streamed_position(position: Position, stops: Stops, account: Account, marks: Marks, listing: Listing) -> Row:
    """A position on the private stream."""
    return _position(position, stops, account, marks, listing) | {
        "category": "linear",
        "entryPrice": plain(position.entry),
        "bustPrice": _limit(account.price_where(position, marks, maintained=False), listing),
        "openTime": position.opened,
    }


def _position(position: Position, stops: Stops, account: Account, marks: Marks, listing: Listing) -> Row:
    mark = marks(position.symbol)
    initial = plain(rounded(account.initial_margin(position, marks)))
    maintenance = plain(rounded(account.maintenance_margin(position, marks)))
    return {
        "positionIdx": position.idx,
        "symbol": position.symbol,
        "side": position.side,
        "size": stepped(abs(position.size), listing.lot) if position.size else "0",
        "positionValue": plain(position.cost),
        "leverage": plain(position.leverage),
        "breakEvenPrice": plain(position.entry),
        "markPrice": stepped(mark, listing.tick),
        "liqPrice": _limit(account.price_where(position, marks, maintained=True), listing),
        "positionIM": initial,
        "positionIMByMp": initial,
        "positionMM": maintenance,
        "positionMMByMp": maintenance,
        "positionBalance": "0",
        "takeProfit": stepped(stops.take_profit, listing.tick) if stops.take_profit else "0",
        "stopLoss": stepped(stops.stop_loss, listing.tick) if stops.stop_loss else "0",
        "trailingStop": stepped(stops.trailing, listing.tick) if stops.trailing else "0",
        "unrealisedPnl": plain(position.profit(mark)) if position.size else "0",
        "curRealisedPnl": plain(position.realized),
        "cumRealisedPnl": plain(position.realized_ever),
        "positionStatus": position.status,
        "adlRankIndicator": 2 if position.size else 0,
        "seq": position.seq,
        "createdTime": str(position.created),
        "updatedTime": str(position.updated),
        **_UNUSED,
    }


_UNUSED: Row = {
    "tradeMode": 0,
    "riskId": 1,
    "riskLimitValue": "2000000",
    "tpslMode": "Full",
    "autoAddMargin": 0,
    "sessionAvgPrice": "",
    "isReduceOnly": False,
    "mmrSysUpdatedTime": "",
    "leverageSysUpdatedTime": "",
}


def wallet(account: Account, marks: Marks, orders: Iterable[Order]) -> Row:
    """The unified account's balance, in an answer and on the stream alike."""
    resting = list(orders)
    profit = account.unrealized(marks)
    bound, ordered = rounded(account.positions_margin(marks)), rounded(account.orders_margin(resting))
    kept = rounded(account.maintenance(marks))
    equity = account.wallet + profit
    available = plain(account.available(marks, resting).quantize(Decimal("0.00000001")))
    initial_rate = plain(((bound + ordered) / equity).quantize(Decimal("0.0001"))) if equity > 0 else "0"
    kept_rate = plain((kept / equity).quantize(Decimal("0.0001"))) if equity > 0 else "0"
    return {
        "accountType": "UNIFIED",
        "totalEquity": plain(equity),
        "totalWalletBalance": plain(account.wallet),
        "totalMarginBalance": plain(equity),
        "totalAvailableBalance": available,
        "totalPerpUPL": plain(profit),
        "totalInitialMargin": plain(bound + ordered),
        "totalInitialMarginByMp": plain(bound + ordered),
        "totalMaintenanceMargin": plain(kept),
        "totalMaintenanceMarginByMp": plain(kept),
        "accountIMRate": initial_rate,
        "accountIMRateByMp": initial_rate,
        "accountMMRate": kept_rate,
        "accountMMRateByMp": kept_rate,
        "accountLTV": "0",
        "coin": [_coin(account, profit, bound, ordered, kept)],
    }


def _coin(account: Account, profit: Decimal, bound: Decimal, ordered: Decimal, kept: Decimal) -> Row:
    return {
        "coin": "USDT",
        "equity": plain(account.wallet + profit),
        "usdValue": plain(account.wallet + profit),
        "walletBalance": plain(account.wallet),
        "unrealisedPnl": plain(profit),
        "cumRealisedPnl": plain(account.realized_ever),
        "totalOrderIM": plain(ordered),
        "totalPositionIM": plain(bound),
        "totalPositionMM": plain(kept),
        "availableToWithdraw": "",
        "availableToBorrow": "",
        "borrowAmount": "0",
        "accruedInterest": "0",
        "bonus": "0",
        "locked": "0",
        "spotBorrow": "0",
        "spotHedgingQty": "0",
        "collateralSwitch": True,
        "marginCollateral": True,
    }


def account_info(account: Account) -> Row:
    """The account's configuration."""
    return {
        "marginMode": "REGULAR_MARGIN",
        "updatedTime": str(account.opened_ms),
        "unifiedMarginStatus": 5,
        "dcpStatus": "OFF",
        "timeWindow": 10,
        "smpGroup": 0,
        "isMasterTrader": False,
        "spotHedgingStatus": "OFF",
    }


def fee_rate(symbol: str, params: ExchangeParams) -> Row:
    """A symbol's fees."""
    return {
        "symbol": symbol,
        "takerFeeRate": plain(params.taker_fee),
        "makerFeeRate": plain(params.maker_fee),
        "baseCoin": "",
    }


def key_info(key: str) -> Row:
    """What the API key may do."""
    return {
        "id": "1",
        "note": "sandbox",
        "apiKey": key,
        "readOnly": 0,
        "secret": "",
        "permissions": _PERMISSIONS,
        "ips": ["127.0.0.1"],
        "type": 1,
        "deadlineDay": -2,
        "expiredAt": "1970-01-01T00:00:00Z",
        "createdAt": "2024-01-01T00:00:00Z",
        "unified": 0,
        "uta": 1,
        "userID": 1,
        "inviterID": 0,
        "vipLevel": "No VIP",
        "mktMakerLevel": "0",
        "affiliateID": 0,
        "rsaPublicKey": "",
        "isMaster": True,
        "parentUid": "0",
        "kycLevel": "LEVEL_DEFAULT",
        "kycRegion": "",
        "userIDInt64": "1",
        "inviterIDInt64": "0",
        "affiliateIDInt64": "0",
    }


def _limit(price: Decimal | None, listing: Listing) -> str:
    return "" if price is None else stepped(price, listing.tick)
