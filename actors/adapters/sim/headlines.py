"""The simulated wire's vocabulary: what may be reported, by topic and tone. Every sentence is invented.

"Good" is good for risk assets: a soft inflation print is good, a strong dollar is bad.
"""

from typing import Final, Literal

Topic = Literal["crypto", "macro"]
Tone = Literal["good", "bad", "neutral"]

TEMPLATES: Final[dict[tuple[Topic, Tone], tuple[str, ...]]] = {
    ("crypto", "good"): (
        "Bitcoin surges past {level} as spot ETF inflows hit record",
        "Bitcoin rallies {pct} percent as institutional adoption grows",
        "Spot Bitcoin ETFs record {amount} of inflows in a single day",
        "SEC approves another spot Bitcoin ETF, clearing the way for {holder}",
        "{holder} buys {amount} of Bitcoin for its treasury",
        "{country} passes bill to make Bitcoin legal tender",
        "{country} approves strategic Bitcoin reserve worth {amount}",
        "Bitcoin hash rate hits all-time high as miners expand",
        "Court win for crypto exchange lifts the industry",
        "Bitcoin breakout: bulls target {level} after strong weekly gain",
        "{holder} launches Bitcoin custody, citing growing demand",
        "Bitcoin soars as short sellers are squeezed for {amount}",
    ),
    ("crypto", "bad"): (
        "Bitcoin plunges below {level} as selloff deepens",
        "Bitcoin tumbles {pct} percent amid panic selling and liquidations",
        "Crypto exchange hacked, {amount} of Bitcoin stolen",
        "Major crypto lender files for bankruptcy, withdrawals halted",
        "SEC sues crypto exchange over fraud allegations",
        "SEC rejects spot Bitcoin ETF, citing manipulation",
        "{country} bans Bitcoin mining in crackdown on crypto",
        "Spot Bitcoin ETFs bleed {amount} in outflows as investors flee",
        "Stablecoin loses its peg, sparking fears of contagion in crypto",
        "Bitcoin miners capitulate as losses mount",
        "Bitcoin crashes to {level} as longs worth {amount} are liquidated",
        "Crypto fund collapses, Bitcoin slumps on insolvency fears",
    ),
    ("crypto", "neutral"): (
        "Bitcoin trades sideways near {level} as traders wait",
        "Bitcoin little changed in thin volume",
        "Crypto conference opens in {country} with {pct} hundred exhibitors",
        "What to know about the next Bitcoin difficulty adjustment",
        "{holder} publishes its quarterly Bitcoin report",
        "Bitcoin developers discuss proposal number {number}",
        "Bitcoin holds steady around {level} in quiet trading",
        "Explainer: how Bitcoin futures settle on expiry day",
    ),
    ("macro", "good"): (
        "US inflation cools more than expected, CPI at {pct} percent",
        "Fed cuts interest rates by {bps} basis points",
        "Dollar falls as Fed signals rate cuts ahead",
        "Powell turns dovish, stocks rally on rate cut hopes",
        "Soft jobs report boosts hopes of Fed rate cut",
        "Fed resumes quantitative easing, liquidity returns to markets",
        "Stocks rally as inflation eases",
        "{country} unveils {amount} stimulus package",
        "Trade deal with {country} eases tensions, stocks gain",
        "Dollar weakens after soft producer prices",
    ),
    ("macro", "bad"): (
        "US inflation hotter than expected, CPI at {pct} percent",
        "Fed raises interest rates by {bps} basis points, signals more hikes",
        "Dollar surges as Fed turns hawkish",
        "Powell warns of higher rates for longer, stocks slump",
        "Strong jobs report fuels fears of Fed rate hike",
        "Recession fears grow as {country} economy contracts",
        "Treasury yields spike, risk assets under pressure",
        "Regional bank collapses, fears of banking crisis spread",
        "US imposes tariffs on {country}, trade war escalates",
        "War fears mount as conflict with {country} escalates",
    ),
    ("macro", "neutral"): (
        "Fed holds interest rates steady as expected",
        "US CPI report due at 13:30 UTC, economists see {pct} percent",
        "Fed minutes to be published on Wednesday",
        "Dollar little changed ahead of jobs report",
        "Treasury auctions {amount} of notes",
        "Central bank of {country} leaves policy unchanged",
        "Economists divided on path of interest rates",
        "Markets closed in {country} for a holiday",
    ),
}

SHOCKS: Final[dict[Tone, tuple[str, ...]]] = {
    "good": (
        "Breaking: SEC approves Bitcoin ETF options, Bitcoin soars {pct} percent",
        "Breaking: {country} adopts Bitcoin as legal tender, price surges",
        "Breaking: Fed announces emergency rate cut, Bitcoin rallies",
    ),
    "bad": (
        "Breaking: crypto exchange hacked for {amount}, Bitcoin plunges",
        "Breaking: crypto exchange halts withdrawals, Bitcoin crashes {pct} percent",
        "Breaking: {country} bans Bitcoin trading, price tumbles",
    ),
}

BLANKS: Final[dict[str, tuple[str, ...]]] = {
    "amount": ("$90 million", "$240 million", "$410 million", "$700 million", "$1.2 billion", "$2.5 billion"),
    "bps": ("25", "50", "75"),
    "country": ("Argentina", "Brazil", "Canada", "India", "Japan", "Mexico", "Nigeria", "South Korea", "Turkey"),
    "holder": ("a listed miner", "an asset manager", "a software company", "a pension fund", "a sovereign fund"),
    "level": (
        "a key level",
        "a closely watched level",
        "the 50-day average",
        "the 200-day average",
        "a round number",
        "last month's close",
    ),
    "number": ("212", "318", "347", "420", "431"),
    "pct": ("2", "3", "4", "5", "6", "7"),
}
