"""What a request is refused with."""

from enum import IntEnum


class Code(IntEnum):
    """Bybit's return codes, as far as this exchange has a use for them.

    Source:
        Bybit v5, error codes.
    """

    OK = 0
    TIMEOUT = 10000
    PARAMETER = 10001
    CLOCK = 10002
    KEY = 10003
    SIGNATURE = 10004
    PERMISSION = 10005
    TOO_MANY = 10006
    SERVER_ERROR = 10016
    NO_SUCH_OPERATION = 10404
    REUSED_REQUEST_ID = 20006
    NOT_MODIFIED = 34040
    NO_SUCH_ORDER = 110001
    PRICE_OUT_OF_RANGE = 110003
    UNAFFORDABLE = 110007
    TOO_MANY_STOPS = 110009
    LEVERAGE_TOO_HIGH = 110013
    REDUCE_ONLY = 110017
    TOO_MANY_ORDERS = 110020
    MODE_WITH_POSITION = 110024
    MODE_NOT_MODIFIED = 110025
    MODE_WITH_ORDERS = 110028
    LEVERAGE_NOT_MODIFIED = 110043
    STOP_SIZE_IS_FIXED = 110060
    TOO_MANY_PARTIAL_STOPS = 110061
    BELOW_FILLED = 110064
    DUPLICATE_LINK_ID = 110072
    TRIGGER_NOT_RISING = 110092
    TRIGGER_NOT_FALLING = 110093
    NOTIONAL_TOO_SMALL = 110094
    MARGIN_MODE = 3400045


class Refused(Exception):
    """A request that is answered with a return code; it never leaves the exchange as an exception.

    Args:
        code: The return code.
        text: The message beside it.
        result: What the answer holds; usually nothing.
    """

    def __init__(self, code: Code, text: str, result: dict[str, object] | None = None) -> None:
        super().__init__(f"{int(code)} {text}")
        self.code = code
        self.text = text
        self.result = result or {}
