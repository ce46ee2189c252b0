"""What each of Bybit's return codes means for a request of ours: a table, the first line that names a code counts.

Bybit documents some 700 codes; those of products that are not traded here are named too, so that a new one stands out.
They are `unknown` like every code that is not named: whoever gets such an answer to an order should look, not guess.

Source:
    Bybit v5, error codes; VENUES design, 5.2. `10018` was documented once, and HTTP 403 stands for it now.
"""

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Final

from core.reasons import Reason
from core.trading.reports import Outcome

Meaning = tuple[Outcome, Reason]

FOREIGN: Final[Meaning] = ("unknown", Reason.VENUE_OUTCOME_UNKNOWN)
"""Of products that are not traded here, and of codes that nobody named."""


_ALWAYS: Final[tuple[tuple[Outcome, Reason, str], ...]] = (
    ("accepted", Reason.VENUE_ACCEPTED, "0"),
    # What no request survives, until a person has mended it.
    ("fatal", Reason.VENUE_KEY_REFUSED, "-2015 401 10003..10005 10007 10010 33004"),
    ("fatal", Reason.VENUE_REGION_REFUSED, "10009 10024"),
    ("fatal", Reason.VENUE_ACCOUNT_REFUSED, "10008 10027 10028 100028 110067 110088 3100197"),
    # Certainly not looked at.
    ("unreachable", Reason.VENUE_CLOCK_SKEW, "10002"),
    ("unreachable", Reason.VENUE_RATE_LIMITED, "10006 20003 30035 170005 170222"),
    ("unreachable", Reason.VENUE_BANNED, "403 10018"),
    ("unreachable", Reason.VENUE_ORDER_BUSY, "110079 170191"),
    # It may have happened.
    ("unknown", Reason.VENUE_RATE_LIMITED, "429 10429"),
    ("unknown", Reason.VENUE_DUPLICATE_ID, "10014 20006 110072 170141"),
    (
        "unknown",
        Reason.VENUE_SERVER_ERROR,
        (
            "10000 10016 10019 3400214 170001 170007 170032 170035 170144 170146 170147 170149 170150 170212 "
            "170234 170310 170311"
        ),
    ),
    (
        "unknown",
        Reason.VENUE_OUTCOME_UNKNOWN,
        "40004 110001 110008 110010 170139 170142 170143 170190 170213",
    ),
    # It is so already.
    ("done", Reason.VENUE_ALREADY_DONE, "34040 110025..110027 110043"),
    # A definite no.
    ("refused", Reason.VENUE_STOP_BEYOND_PRICE, "110092 110093"),
    ("refused", Reason.VENUE_POSITION_ABSENT, "110017 110033 110034"),
    (
        "refused",
        Reason.VENUE_PRICE_OUT_OF_RANGE,
        (
            "30208 30209 110003 110116 110118 110120 110121 170132 170133 170192..170194 170203 170204 170218 "
            "170371 170372"
        ),
    ),
    (
        "refused",
        Reason.VENUE_MARGIN_SHORT,
        (
            "110004 110006 110007 110012 110014 110039 110040 110044 110045 110047 110051..110053 110131 30256 "
            "170033 170131 170226"
        ),
    ),
    (
        "refused",
        Reason.VENUE_REDUCE_ONLY,
        "30228 110021..110023 110042 110063 110066 110074 110137 170031 170151",
    ),
    ("refused", Reason.VENUE_REGION_REFUSED, "110132 170209 170348 170358 170359"),
    (
        "refused",
        Reason.VENUE_ACCOUNT_REFUSED,
        (
            "10029 30133..30136 110005 110011 110013 110015 110018 110024 110028 110029 110031 110035..110038 "
            "110041 110046 110048 110065 110068..110071 110073 110076..110078 110082..110090 110095..110100 "
            "110103 110110..110114 110123..110125 110135 110136 3200403 3400045 3400139 500010 500011"
        ),
    ),
    ("refused", Reason.VENUE_REQUEST_REFUSED, "400 404 10001 10017 10404 110057..110062 181017"),
    (
        "refused",
        Reason.VENUE_ORDER_REFUSED,
        (
            "110009 110019 110020 110032 110049 110050 110054..110056 110064 110080 110094 110101 110102 "
            "110104..110109 110115 110117 110119 170010 170011 170019 170034 170036 170037 170105 170115..170117 "
            "170121 170124 170130 170134 170136 170137 170140 170145 170148 170157 170159 170195..170202 170206 170207 "
            "170210 170215..170217 170219..170221 170223 170224 170227..170230 170241 170312 170313 170341 170344 "
            "170346 170355 170360 170381 170382 170709 170810"
        ),
    ),
)
_OTHER_PRODUCTS: Final = (
    "20096 81007 111008 60000..61999 110300..110399 131000..131999 140000..141999 148000..148999 176000..182999 "
    "400000..409999 500000..500009 700000..799999 3100000..3999999 34000000..35999999"
)
_CANCEL: Final = frozenset({110001, 110008, 110010, 170139, 170142, 170143, 170190, 170213})
"""The order is no more: on a cancel that is what was asked for, and its final state is to be read."""


def _listed(codes: str) -> Iterator[range]:
    for word in codes.split():
        first, _, last = word.partition("..")
        yield range(int(first), int(last or first) + 1)


def _table() -> dict[int, Meaning]:
    found: dict[int, Meaning] = {}
    for outcome, reason, codes in _ALWAYS:
        for code in chain.from_iterable(_listed(codes)):
            found.setdefault(code, (outcome, reason))
    return found


MEANINGS: Final[Mapping[int, Meaning]] = _table()
"""By code, for requests that change something."""


def is_named(code: int) -> bool:
    """Whether somebody thought about a code."""
    return code in MEANINGS or any(code in part for part in _listed(_OTHER_PRODUCTS))


def meaning(verb: str, code: int) -> Meaning:
    """What a code says about a request that changes something."""
    if verb == "cancel" and code in _CANCEL:
        return "done", Reason.VENUE_ALREADY_DONE
    return MEANINGS.get(code, FOREIGN)
