"""The one registry of reason codes: append-only, each with a sentence for a person and what to do about it.

A code is never renamed or removed, because old journals hold it. A transition without a registered reason is a bug.
"""
# One row per code reads best as a table.
# ruff: noqa: E501

from enum import Enum


class Reason(Enum):
    """A registered reason: its name is the code; who emits it, what it means and what to do."""

    # fmt: off
    # --- entry guards, in the documented order
    WARMING_UP = ("strategist", "Too few bars have been seen for the indicators to be trusted.", "Wait, or give more history.")
    DATA_GAP = ("strategist", "Bars are missing shortly before this one.", "Check the feed; entries return once the gap has left the look-back.")
    BAR_INCOMPLETE = ("strategist", "This bar was aggregated from parts, and some are missing.", "Check the feed; entries return once the look-back is complete.")
    NO_SIGNAL = ("strategist", "The strategy's entry pattern did not occur on this bar.", "Nothing; most bars have none.")
    SESSION_NOT_TRADING = ("strategist", "The system's session is not in the trading state.", "See `chartwright status`; `chartwright resume` after a pause.")
    CONNECTION_NOT_LIVE = ("strategist", "The venue's market or order stream is not live.", "Check the network and the venue; it reconnects by itself.")
    REGIME_UNDETERMINED = ("strategist", "No macro input is available, so no regime can be named.", "Give macro data: --macro DIR, or dxy=FILE and btc_dominance=FILE.")
    REGIME_FORBIDS_MODE = ("strategist", "The regime's permissions do not allow this kind of trade.", "Nothing; see the permissions table.")
    REGIME_FORBIDS_SIDE = ("strategist", "The regime allows this kind of trade in the other direction only.", "Nothing; see the permissions table.")
    REGIME_STAND_DOWN = ("strategist", "In this regime the policy is to stand down.", "Nothing; or change regime.risk_off_policy or regime.chop_policy.")
    FLOW_AGAINST = ("strategist", "The capital-flow bias does not support this kind of trade.", "Nothing; the flow must change.")
    NO_LIQUIDITY_TARGET = ("strategist", "No liquidity level lies beyond the entry in the trade's direction.", "Nothing; a target must exist.")
    STRUCTURE_UNCONFIRMED = ("strategist", "The last break of structure points against the trade.", "Nothing; or set guards.structure_required=false.")
    SPREAD_TOO_WIDE = ("strategist", "The spread is wider than the stand-down threshold.", "Wait for the book to recover.")
    VOLATILITY_SHOCK = ("strategist", "The bar's range is extreme against its average: a news shock.", "Wait; entries return when volatility settles.")
    TREND_FILTER_AGAINST = ("strategist", "The one-hour EMA slope points against the breakout.", "Nothing; or set trend.slope_filter=false.")
    ANTI_TREND_FILTER = ("strategist", "The one-hour EMA slope is too steep to fade.", "Nothing; or set reversion.anti_trend_filter=false.")
    COST_TOO_HIGH = ("strategist", "Fees and slippage would eat too much of what the trade can earn.", "Lower fees (maker, VIP tier) or wider stops; see cost.* settings.")
    REWARD_TOO_SMALL = ("strategist", "The reward to the target is too small for the risk.", "Nothing; a farther target or a nearer stop is needed.")
    RISK_HALTED_FOR_DAY = ("risk", "The daily loss limit is reached; no entry until 00:00 UTC.", "Wait for the next UTC day.")
    RISK_HALTED_FOR_WEEK = ("risk", "The weekly loss limit is reached; no entry until Monday 00:00 UTC.", "Wait for Monday.")
    MAX_POSITIONS_OPEN = ("risk", "The maximum number of positions is open.", "Wait for one to close.")
    SIZE_BELOW_MINIMUM = ("risk", "The risk allowed buys less than the venue's minimum quantity.", "A larger account, or more risk per trade.")
    STOP_DISTANCE_INVALID = ("risk", "The stop distance is not a positive number.", "A bug or broken data: see the evaluation's facts.")
    CONFIDENCE_TOO_LOW = ("risk", "The signal's confidence is below the execution threshold.", "Nothing; confirmation is missing.")
    # --- entries, orders, exits
    TREND_BREAKOUT = ("strategist", "Execution mode: the close crossed the Donchian channel.", "")
    VWAP_REVERSION = ("strategist", "Execution mode: price re-entered the band around the session VWAP.", "")
    DONCHIAN_BREAK = ("strategist", "Signal: the close crossed above the channel's high or below its low.", "")
    BAND_REENTRY = ("strategist", "Signal: price traded outside the VWAP band and closed back inside.", "")
    REGIME_OK = ("strategist", "Filter passed: the regime permits this trade.", "")
    TREND_OK = ("strategist", "Filter passed: the one-hour EMA slope agrees.", "")
    VOL_OK = ("strategist", "Filter passed: volatility is not extreme.", "")
    REGIME_CHOP = ("strategist", "Filter passed: the regime is CHOP.", "")
    ANTI_TREND_OK = ("strategist", "Filter passed: no strong trend is being faded.", "")
    ENTRY_APPROVED = ("risk", "Risk approved the entry and sized it.", "")
    ORDER_SUBMITTED = ("order", "The order was handed to the gate.", "")
    ORDER_ACCEPTED = ("order", "The venue accepted the order.", "")
    ORDER_FILLED = ("order", "The order was filled in full.", "")
    ORDER_PARTIALLY_FILLED = ("order", "A part of the order was filled.", "")
    ORDER_REFUSED_BY_GATE = ("gate", "The order gate refused the order: conditions changed since it was decided.", "See the facts: which condition, its value.")
    ORDER_REFUSED_BY_VENUE = ("order", "The venue refused the order.", "See the venue's code in the facts.")
    ORDER_EXPIRED = ("order", "The resting entry was not filled in time.", "Nothing; the price moved away.")
    ORDER_CANCELED = ("order", "The order was canceled at our request.", "")
    POSITION_CLOSED = ("order", "The position is closed, so its remaining orders were canceled.", "")
    POST_ONLY_WOULD_CROSS = ("order", "A post-only order would have taken liquidity.", "Nothing; the venue canceled it.")
    OUTCOME_UNKNOWN = ("order", "The request was sent and no answer came.", "It is resolved by its client order id; nothing is re-sent.")
    UNKNOWN_RESOLVED = ("order", "The order with the unknown outcome was found, or found absent.", "")
    ENTRY_FILLED = ("position", "The entry was filled: the position is open.", "")
    ENTRY_NOT_FILLED = ("position", "The entry ended without a fill: the position never opened.", "")
    PROTECTION_REQUESTED = ("position", "A protective stop was requested with the entry order.", "")
    PROTECTION_CONFIRMED = ("position", "The venue confirmed the protective stop.", "")
    PROTECTION_LOST = ("position", "The protective stop is gone while quantity is open.", "It is requested again at once; else the position is flattened.")
    PROTECTION_RELEASED = ("position", "The position is closed; no stop is needed.", "")
    PARTIAL_AT_1R = ("position", "Half was taken at one R.", "")
    PARTIAL_AT_VWAP = ("position", "A part was taken at the VWAP.", "")
    TRAIL_ARMED = ("position", "The stop of the rest now trails the best close.", "")
    STOP_TRAILED = ("position", "The trailing stop was ratcheted in the trade's favour.", "")
    EXIT_STOP = ("position", "The protective stop was hit.", "")
    EXIT_TRAILING_STOP = ("position", "The trailing stop was hit.", "")
    EXIT_TARGET = ("position", "The target was reached.", "")
    EXIT_TIME = ("position", "No progress within the allowed number of bars.", "")
    EXIT_OPERATOR = ("position", "An operator flattened the position.", "")
    EXIT_REGIME = ("position", "The regime no longer permits holding this position.", "")
    EXIT_SESSION = ("position", "The session ended or failed safe, and policy closes positions.", "")
    DUST_MERGED = ("position", "A remainder too small to trade was merged into the exit.", "")
    # --- risk
    DAILY_LOSS_REDUCED = ("risk", "Half the daily loss limit is used up: new trades are smaller.", "")
    DAILY_LOSS_LIMIT = ("risk", "The daily loss limit was reached.", "Entries return at 00:00 UTC.")
    WEEKLY_LOSS_LIMIT = ("risk", "The weekly loss limit was reached.", "Entries return on Monday 00:00 UTC.")
    NEW_DAY = ("risk", "A new UTC day began: daily limits are reset.", "")
    NEW_WEEK = ("risk", "A new UTC week began: weekly limits are reset.", "")
    LOSS_RECOVERED = ("risk", "The day's loss is back under half its limit.", "")
    # --- regime
    REGIME_SCORE_LEADS = ("regime", "One regime's score leads, is strong enough, and the dwell has passed.", "")
    REGIME_SCORE_WEAK = ("regime", "The leading regime's score is below the threshold: the regime stays.", "")
    REGIME_DWELL = ("regime", "The leading regime must wait until the minimum dwell has passed.", "")
    REGIME_INPUTS_LOST = ("regime", "Every macro input is stale beyond its limit: no regime can be named.", "Check the feeds.")
    REGIME_PINNED = ("regime", "The regime is pinned by the profile.", "Use the default profile to let it be measured.")
    # --- feeds and connections
    FEED_UPDATED = ("feed", "A value arrived.", "")
    FEED_STALE = ("feed", "No value arrived within the feed's limit.", "Check the source.")
    FEED_FAILED = ("feed", "The source failed.", "Check the source, its key and its quota.")
    NEWS_STALE = ("feed", "The news input is too old; its weight goes to the other inputs.", "Check the news source.")
    STREAM_CONNECTING = ("connection", "A connection is being made.", "")
    STREAM_OPENED = ("connection", "The connection is open.", "")
    STREAM_AUTHENTICATED = ("connection", "The venue accepted the credentials.", "")
    STREAM_SYNCED = ("connection", "The stream's picture is complete: live.", "")
    STREAM_STALE = ("connection", "No message within the limit.", "Check the network; it reconnects by itself.")
    STREAM_RESUMED = ("connection", "Messages flow again.", "")
    STREAM_LOST = ("connection", "The connection was lost.", "It reconnects with backoff.")
    STREAM_RETRY = ("connection", "The backoff is over: another attempt.", "")
    STREAM_BANNED = ("connection", "The venue banned this address for a while.", "Wait until the ban ends; ask for less.")
    STREAM_BAN_LIFTED = ("connection", "The ban is over.", "")
    STREAM_REFUSED = ("connection", "The venue refuses these credentials.", "Check the key, its permissions and its address binding.")
    STREAM_CLOSED = ("connection", "The connection was closed on purpose.", "")
    BARS_MISSING = ("connection", "Bars are missing in the data.", "Check the file or the feed; no bar is invented.")
    # --- session
    SESSION_STARTED = ("session", "The system started.", "")
    RECONCILED = ("session", "Our state and the venue's agree.", "")
    OPERATOR_PAUSE = ("session", "An operator paused new entries.", "`chartwright resume` to go on.")
    OPERATOR_RESUME = ("session", "An operator resumed trading.", "")
    OPERATOR_FLATTEN = ("session", "An operator asked to close every position.", "")
    OPERATOR_STOP = ("session", "The system was asked to stop: no new entries, stops stay on the venue.", "")
    SOURCE_ENDED = ("session", "The market data came to its end.", "")
    LEDGER_UNWRITABLE = ("session", "The journal cannot be written: entries are blocked, nothing is lost.", "Free disk space or mend the database; it goes on by itself.")
    LEDGER_HEALED = ("session", "The journal can be written again.", "")
    ACTOR_FAILED = ("session", "An actor failed more often than its supervisor allows.", "See the log; `chartwright resume` after the cause is mended.")
    SESSION_STOPPED = ("session", "The system has stopped.", "")
    # --- order book and tape
    BOOK_UNSYNCED = ("book", "There is no complete order book: no snapshot came yet, or the stream broke.", "Wait for the snapshot; nothing of the book is used until then.")
    BOOK_GAP = ("book", "An update of the order book is missing before this one.", "It is built anew from a snapshot by itself; if that is frequent, check the network.")
    BOOK_CROSSED = ("book", "An update left the best bid at or above the best ask, so the book was wrong.", "It is built anew from a snapshot by itself.")
    BOOK_MALFORMED = ("book", "An update of the order book held a price or size that cannot be.", "It is built anew from a snapshot by itself; if it repeats, the venue's format changed.")
    BOOK_ONE_SIDED = ("book", "The order book has no bids, or no asks.", "Wait; such a market cannot be traded.")
    BOOK_STALE = ("book", "No update of the order book came within the limit.", "Check the network and the venue.")
    # --- live feeds
    FEED_UNREACHABLE = ("feed", "The source could not be reached, or did not answer in time.", "Check the network, the address in feeds.* and the source's status page; it is asked again by itself.")
    FEED_SERVER_ERROR = ("feed", "The source answered with an error of its own.", "Wait; it is asked again with growing pauses.")
    FEED_QUOTA_SPENT = ("feed", "The source's quota is spent, by its own word or by our count.", "Wait for the quota to renew, poll less often, or use a larger plan; see feeds.* settings.")
    FEED_KEY_REFUSED = ("feed", "The source refuses the key, or the plan does not include what was asked.", "Check the key and its plan.")
    FEED_MALFORMED = ("feed", "The answer is not what the source documents: another format, half a body, missing fields.", "Check the address in feeds.*; if it is right, the source has changed.")
    FEED_WRONG_UNIT = ("feed", "A value is off by a factor that betrays another unit.", "Check what the source gives: percent or fraction, seconds or milliseconds.")
    FEED_OUT_OF_RANGE = ("feed", "A value is not plausible for this feed.", "Check the source; its value is not used.")
    FEED_TIME_BACKWARDS = ("feed", "The source's newest value is older than the one it gave before.", "Check the source; values it gave before stay in use until they are too old.")
    FEED_TIME_AHEAD = ("feed", "A value is dated in the future.", "Check this machine's clock, and the source's time zone.")
    FEED_FROZEN = ("feed", "The source repeats one value under new times for longer than its market stands still.", "Check the source; the repeats are not used.")
    FEED_LATE = ("feed", "The source's newest item is older than its declared delay allows.", "Use a plan without delay, or another source; see max_delay_ms in feeds.* settings.")
    FEED_DUPLICATE = ("feed", "The item was delivered before: it is set aside.", "")
    FEED_ITEM_LATE = ("feed", "The item came after newer ones, or too late to count: it is set aside.", "")
    # --- headlines
    NEWS_NOT_ENGLISH = ("feed", "The headline is not in English: it is set aside, not scored.", "Add a source in English.")
    NEWS_OFF_TOPIC = ("feed", "The headline is about nothing that the lexicon knows as ours: it is set aside.", "")
    NEWS_TAKES_NO_SIDE = ("feed", "The headline points neither up nor down: it is set aside.", "")
    NEWS_SAME_STORY = ("feed", "Another headline that still counts tells the same story: it counts once.", "")
    NEWS_OUTDATED = ("feed", "The headline is older than its impact window: it no longer counts.", "Check the source's delay.")
    # --- scheduled announcements
    EVENT_BLACKOUT = ("regime", "A scheduled announcement is near: nothing is opened; exits go on.", "Wait, or change calendar.before_minutes and calendar.after_minutes.")
    EVENT_BLACKOUT_OVER = ("regime", "The announcement is past: entries are permitted again as the regime allows.", "")
    # fmt: on

    @property
    def emitted_by(self) -> str:
        """The role whose decisions carry this code."""
        return str(self.value[0])

    @property
    def meaning(self) -> str:
        """One sentence for a person."""
        return str(self.value[1])

    @property
    def remedy(self) -> str:
        """What to do about it; empty where there is nothing to do."""
        return str(self.value[2])
