"""Public market data as it is spelled.

Source:
    Bybit v5, market/instrument, /kline, /orderbook, /tickers, /open-interest, /recent-trade,
    websocket/public/*.
"""

from decimal import Decimal

from actors.adapters.sandbox.exchange.amount import plain, stepped
from actors.adapters.sandbox.exchange.candles import Candle
from actors.adapters.sandbox.exchange.depth import Level
from actors.adapters.sandbox.exchange.event import Row
from actors.adapters.sandbox.exchange.listing import Listing
from actors.adapters.sandbox.exchange.market import Market, Print
from actors.adapters.sandbox.exchange.params import ExchangeParams
from core.durations import MINUTE_MS, WEEK_MS

_OPEN_INTEREST = Decimal(50_000)
_MS_A_COIN = 100_000
"""Open interest is made up: it falls from 53,024 coins to 50,000 and rises again within a week, whoever trades."""


def instrument(listing: Listing, params: ExchangeParams) -> Row:
    """A contract's facts."""
    places = -int(listing.tick.as_tuple().exponent)
    return {
        "symbol": listing.symbol,
        "contractType": "LinearPerpetual",
        "status": "Trading",
        "baseCoin": listing.coin,
        "quoteCoin": "USDT",
        "settleCoin": "USDT",
        "launchTime": str(listing.launched_ms),
        "deliveryTime": "0",
        "deliveryFeeRate": "",
        "priceScale": str(places),
        "leverageFilter": {"minLeverage": "1", "maxLeverage": plain(params.max_leverage), "leverageStep": "0.01"},
        "priceFilter": {
            "minPrice": format(listing.tick, "f"),
            "maxPrice": stepped(listing.tick * 19_999_998, listing.tick),
            "tickSize": format(listing.tick, "f"),
        },
        "lotSizeFilter": {
            "maxOrderQty": stepped(listing.max_limit, listing.lot),
            "minOrderQty": format(listing.lot, "f"),
            "qtyStep": format(listing.lot, "f"),
            "postOnlyMaxOrderQty": stepped(listing.max_limit, listing.lot),
            "maxMktOrderQty": stepped(listing.max_market, listing.lot),
            "minNotionalValue": plain(listing.min_notional),
        },
        "unifiedMarginTrade": True,
        "fundingInterval": params.funding_minutes,
        "symbolId": 1,
        "symbolType": "",
    }


def candle(found: Candle, listing: Listing) -> list[str]:
    """A candle in an answer: start, open, high, low, close, volume, turnover."""
    return [str(found.start), *_prices(found, listing), _volume(found.volume, listing), _money(found.turnover)]


def price_candle(found: Candle, listing: Listing) -> list[str]:
    """A mark or index price candle: without volumes."""
    return [str(found.start), *_prices(found, listing)]


def streamed_candle(found: Candle, interval: str, listing: Listing, *, now: int, is_closed: bool) -> Row:
    """A candle on the stream."""
    opened, high, low, close = _prices(found, listing)
    return {
        "start": found.start,
        "end": found.end,
        "interval": interval,
        "open": opened,
        "close": close,
        "high": high,
        "low": low,
        "volume": _volume(found.volume, listing),
        "turnover": _money(found.turnover),
        "confirm": is_closed,
        "timestamp": now,
    }


def levels(found: list[Level], listing: Listing) -> list[list[str]]:
    """A side of the book: price and size, best first."""
    return [[stepped(level.price, listing.tick), stepped(level.size, listing.lot)] for level in found]


def ticker(market: Market, params: ExchangeParams, now: int) -> Row:
    """A linear contract's ticker, with the fields that answer and stream share."""
    listing = market.listing
    day = market.candles.day(now)
    bid, ask = market.depth.levels("Buy", 1)[0], market.depth.levels("Sell", 1)[0]
    change = float(market.last) / day.open - 1
    return {
        "symbol": listing.symbol,
        "lastPrice": stepped(market.last, listing.tick),
        "indexPrice": stepped(market.index, listing.tick),
        "markPrice": stepped(market.mark, listing.tick),
        "prevPrice24h": _price(day.open, listing),
        "price24hPcnt": f"{change:.6f}",
        "highPrice24h": _price(day.high, listing),
        "lowPrice24h": _price(day.low, listing),
        "prevPrice1h": _price(day.hour_ago, listing),
        "openInterest": stepped(open_interest(now), listing.lot),
        "openInterestValue": plain(open_interest(now) * market.mark),
        "turnover24h": f"{day.turnover:.4f}",
        "volume24h": _volume(day.volume, listing),
        "fundingRate": plain(params.funding_rate),
        "nextFundingTime": str(next_funding(now, params)),
        "fundingIntervalHour": str(params.funding_minutes // 60),
        "bid1Price": stepped(bid.price, listing.tick),
        "bid1Size": stepped(bid.size, listing.lot),
        "ask1Price": stepped(ask.price, listing.tick),
        "ask1Size": stepped(ask.size, listing.lot),
    }


def listed_ticker(market: Market, params: ExchangeParams, now: int) -> Row:
    """A ticker in an answer."""
    return ticker(market, params, now) | {
        "predictedDeliveryPrice": "",
        "basisRate": "",
        "basisRateYear": "",
        "basis": "",
        "deliveryFeeRate": "",
        "deliveryTime": "0",
        "preOpenPrice": "",
        "preQty": "",
        "curPreListingPhase": "",
        "fundingCap": "0.005",
    }


def streamed_ticker(market: Market, params: ExchangeParams, now: int) -> Row:
    """A ticker on the stream."""
    direction = "PlusTick" if market.is_up else "MinusTick"
    return ticker(market, params, now) | {"tickDirection": direction}


def listed_interest(ts: int, listing: Listing) -> Row:
    """Open interest at a moment, of both sides and of one."""
    whole = open_interest(ts)
    return {
        "openInterest": stepped(whole, listing.lot),
        "singleOpenInterest": stepped(whole / 2, listing.lot),
        "timestamp": str(ts),
    }


def listed_trade(trade: Print, listing: Listing) -> Row:
    """A public trade in an answer."""
    return {
        "execId": trade_id(trade),
        "symbol": listing.symbol,
        "price": stepped(trade.price, listing.tick),
        "size": stepped(trade.size, listing.lot),
        "side": trade.side,
        "time": str(trade.ts),
        "isBlockTrade": False,
        "isRPITrade": False,
        "seq": str(trade.seq),
    }


def streamed_trade(trade: Print, listing: Listing) -> Row:
    """A public trade on the stream."""
    return {
        "T": trade.ts,
        "s": listing.symbol,
        "S": trade.side,
        "v": stepped(trade.size, listing.lot),
        "p": stepped(trade.price, listing.tick),
        "L": "PlusTick" if trade.is_up else "MinusTick",
        "i": trade_id(trade),
        "BT": False,
        "seq": trade.seq,
    }


def trade_id(trade: Print) -> str:
    """A public trade's id."""
    return f"{trade.ts:016x}-{trade.seq:012x}"


def open_interest(now: int) -> Decimal:
    """How much is held, base coin."""
    return _OPEN_INTEREST + Decimal(abs(now % WEEK_MS - WEEK_MS // 2)) / _MS_A_COIN


def next_funding(now: int, params: ExchangeParams) -> int:
    """When funding is paid next, UTC ms."""
    step = params.funding_minutes * MINUTE_MS
    return now - now % step + step


def _prices(found: Candle, listing: Listing) -> list[str]:
    return [_price(price, listing) for price in (found.open, found.high, found.low, found.close)]


def _price(price: float, listing: Listing) -> str:
    return stepped(listing.price(listing.ticks(price)), listing.tick)


def _volume(volume: float, listing: Listing) -> str:
    return stepped(Decimal(repr(volume)), listing.lot)


def _money(value: float) -> str:
    return f"{value:.4f}"
