"""The words a headline is read by: subjects that say what it is about, tones that say which way it points.

An honest small lexicon, not a model. Weights are for risk appetite towards crypto: a rate hike is negative, a cut
positive. Entries match by word stem, so `surge` also covers surges, surged and surging; irregular forms are listed.
Where phrases overlap, the longest wins: `rate cut` is good news, `cut` by itself is bad.
"""

from typing import Literal, NamedTuple

Impact = Literal["HIGH", "MEDIUM", "LOW"]


class Term(NamedTuple):
    """One entry of the lexicon."""

    phrase: str
    category: str
    """`MACRO_…` or `CRYPTO_…`; empty where the word only sets the tone."""
    weight: float
    """Tone in [-1, 1]; 0 where the word only names the subject."""
    impact: Impact


_SUBJECTS: dict[tuple[str, Impact], str] = {
    ("MACRO_RATES", "HIGH"): "fomc|federal reserve|the fed|fed|powell|interest rate|rate decision|central bank|ecb|boj",
    ("MACRO_RATES", "MEDIUM"): "monetary policy|treasury yield|bond yield|dollar index|dxy|us dollar|dollar",
    ("MACRO_INFLATION", "HIGH"): "cpi|inflation|pce|consumer price",
    ("MACRO_INFLATION", "MEDIUM"): "ppi|producer price",
    ("MACRO_GROWTH", "HIGH"): "recession|nonfarm|payroll|jobs report|debt ceiling",
    ("MACRO_GROWTH", "MEDIUM"): "gdp|unemployment|economy|stock market|nasdaq|s&p|wall street|equities|risk asset",
    ("MACRO_BANKING", "HIGH"): "silicon valley bank|credit suisse|signature bank|silvergate|bank run|banking crisis",
    ("MACRO_GEOPOLITICS", "HIGH"): "war|invasion|missile|nuclear",
    ("MACRO_GEOPOLITICS", "MEDIUM"): "sanction|tariff|ukraine|geopolitical|ceasefire",
    ("CRYPTO_ETF", "HIGH"): "spot bitcoin etf|bitcoin spot etf|spot etf|bitcoin etf|btc etf|ether etf",
    ("CRYPTO_ETF", "MEDIUM"): "etf|grayscale|gbtc|crypto fund",
    ("CRYPTO_REGULATION", "HIGH"): "sec|cftc|gensler",
    ("CRYPTO_REGULATION", "MEDIUM"): "regulator|regulation|regulatory|crypto bill|crypto tax|lawmaker|license|doj",
    ("CRYPTO_SECURITY", "HIGH"): "smart contract|private key|hot wallet|hacker",
    ("CRYPTO_SOLVENCY", "HIGH"): "ftx|alameda|celsius|luna|terra|terrausd|three arrows|voyager|gox|genesis|blockfi",
    ("CRYPTO_STABLECOIN", "MEDIUM"): "stablecoin|tether|usdt|usdc|peg",
    ("CRYPTO_MINING", "LOW"): "mining|miner|hash rate|hashrate|halving",
    ("CRYPTO_ADOPTION", "MEDIUM"): "legal tender|el salvador|microstrategy|blackrock|institutional|institution|payment",
    ("CRYPTO_MARKET", "LOW"): (
        "bitcoin|btc|ethereum|ether|eth|crypto|cryptocurrency|cryptoasset|altcoin|xrp|solana|bnb|cardano|dogecoin|defi"
        "|nft|token|coin|blockchain|digital asset|binance|coinbase|kraken|bulls|bears|hodl|futures premium|whale"
    ),
}
"""What headlines are about: (category, impact) to phrases. CRYPTO_MARKET is the subject when nothing narrower is."""

_EVENTS: dict[tuple[str, float, Impact], str] = {
    ("MACRO_RATES", 0.6, "HIGH"): (
        "rate cut|cut rates|cuts interest rates|dovish|pause hikes|pause rate hike|skip rate hike|end rate hike"
        "|stimulus|pivot"
    ),
    ("MACRO_RATES", -0.6, "HIGH"): "rate hike|hike rates|raise rates|raised interest rates|raises interest rates",
    ("MACRO_RATES", -0.5, "HIGH"): "hawkish|tightening|higher for longer|rules out rate cut",
    ("MACRO_RATES", -0.5, "MEDIUM"): "dollar rise|dollar surge|dollar strength|strong dollar|yields rise|yields surge",
    ("MACRO_RATES", 0.5, "MEDIUM"): "dollar falls|dollar weakness|weak dollar|dollar drops|yields fall|yields drop",
    ("MACRO_INFLATION", 0.6, "HIGH"): "inflation cool|inflation slow|inflation eases|inflation falls|cooler cpi",
    (
        "MACRO_INFLATION",
        -0.6,
        "HIGH",
    ): "inflation rise|inflation surge|inflation soars|hotter than expected|hot cpi|cpi rise",
    ("MACRO_GROWTH", -0.6, "HIGH"): "recession fear|looming recession|default on its debt|stocks plunge",
    ("MACRO_BANKING", -0.7, "HIGH"): "bank run|banking crisis|bank collapse|contagion",
    ("MACRO_GEOPOLITICS", -0.6, "HIGH"): "invade|invasion|missile strike|declares war|escalate",
    ("MACRO_GEOPOLITICS", 0.5, "MEDIUM"): "ceasefire|peace talks|truce",
    ("CRYPTO_ETF", 0.8, "HIGH"): "approves etf|etf approval|etf approved|approve spot|etf inflow|files for spot",
    ("CRYPTO_ETF", -0.6, "HIGH"): "rejects etf|etf rejection|etf rejected|reject spot|etf outflow|etf delay",
    ("CRYPTO_REGULATION", -0.7, "HIGH"): "sec sues|lawsuit|sues|sued|crackdown|crypto ban|money laundering|indict",
    ("CRYPTO_REGULATION", -0.5, "MEDIUM"): (
        "fine|charged|ban|prohibit|raid|illegal|subpoena|penalty|sanctioned|approval delayed|delays approval"
        "|delays decision"
    ),
    ("CRYPTO_REGULATION", 0.5, "MEDIUM"): (
        "clear rules|regulatory clarity|legalize|granted|wins approval|dismissed|drops lawsuit|drops case|drops charges"
        "|charges dropped|case dropped|lawsuit dropped|sec loses|sec loses case|sec loses lawsuit|sec loses appeal"
    ),
    ("CRYPTO_SECURITY", -0.8, "HIGH"): "hack|exploit|stolen|drained|breach|rug pull|stole|cyberattack",
    ("CRYPTO_SECURITY", -0.5, "MEDIUM"): "scam|fraud|phishing|vulnerability|ponzi|theft",
    ("CRYPTO_SECURITY", 0.4, "MEDIUM"): "hacker returns",
    ("CRYPTO_SOLVENCY", -0.9, "HIGH"): "bankruptcy|bankrupt|insolvent|insolvency|halts withdrawals|chapter 11",
    ("CRYPTO_SOLVENCY", -0.8, "HIGH"): "pauses withdrawals|suspends withdrawals|liquidity crunch|collapse",
    ("CRYPTO_SOLVENCY", 0.5, "MEDIUM"): "resumes withdrawals|reopens withdrawals|restores withdrawals|repays creditors",
    ("CRYPTO_STABLECOIN", 0.5, "MEDIUM"): "regains peg|regains its peg|restores peg|recovers peg",
    ("CRYPTO_STABLECOIN", -0.8, "HIGH"): "depeg|loses peg|lost its peg",
    ("CRYPTO_ADOPTION", 0.5, "MEDIUM"): "accepts bitcoin|buys bitcoin|adds bitcoin|adoption|legal tender|partnership",
    ("CRYPTO_ADOPTION", 0.4, "LOW"): "launch|integrate|partner|expand|upgrade|invest|backed",
    ("CRYPTO_MARKET", 0.7, "MEDIUM"): "all time high|new high|record high|short squeeze|price discovery",
    ("CRYPTO_MARKET", -0.7, "MEDIUM"): "new low|capitulation|bear market|crypto winter|bloodbath|death cross|sell off",
    ("CRYPTO_MARKET", -0.6, "MEDIUM"): "liquidated|long liquidation|exchange inflow|mass liquidation",
    ("CRYPTO_MARKET", 0.5, "LOW"): "bull run|bull market|bull case|golden cross|accumulate|accumulation|buy zone",
}
"""What happened: (category, tone, impact) to phrases that are subject and tone at once."""

_TONES: dict[tuple[float, Impact], str] = {
    (0.7, "LOW"): "surge|soar|skyrocket|rally|breakout|bullish|boom|moon",
    (0.5, "LOW"): "rise|rose|risen|climb|gain|jump|rebound|recover|recovery|outperform|higher|upside|uptrend|bounce",
    (0.4, "LOW"): (
        "positive|optimistic|optimism|grow|grew|growth|growing|boost|strong|strength|strengthen|profit|support|success"
    ),
    (0.3, "LOW"): "approve|approval|improve|win|won|best|confidence|milestone|inflow|relief|green|buying|up",
    (-0.7, "LOW"): "crash|plunge|plummet|tumble|bearish|crisis|panic|carnage|slump|capitulate|dump|nosedive",
    (-0.5, "LOW"): (
        "fall|fell|fallen|drop|decline|slide|slid|sink|sank|loss|lost|lower|downside|selloff|downtrend|dip"
        "|fail to rally|fail to recover|fail to rebound|fail to break|fail to hold|fail to gain|fail to rise"
    ),
    (-0.4, "LOW"): (
        "negative|fear|warn|risk|weak|weaken|weakness|struggle|trouble|threat|concern|worry|slow|uncertain|layoff"
    ),
    (-0.3, "LOW"): "reject|delay|outflow|halt|correction|correct|cut|pressure|dwindle|fail|red|selling|down|bad|worst",
}
"""How it is put: (tone, impact) to words that need a subject to count."""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


NEGATIONS = _set("not no never without neither nor cannot deny denied denies unlikely despite avoid avoids")
"""Words that turn the tone of what follows; words ending in n't do too."""

HEDGES = _set(
    "may might could would possibly possible potential potentially perhaps rumor rumors rumour rumours allegedly "
    "reportedly if whether considers mulls eyes weighs hopes expects predicts speculation speculates"
)
"""Words that make what follows a possibility."""

RELIEFS = _set(
    "return returned returns recovered recovers refunded refunds reimbursed reimburses repaid repays compensated "
    "lifted lifts overturned overturns dismissed dismisses patched patches resolved resolves "
    "thwarted thwarts foiled foils prevented prevents averted averts ease eases eased subside subsides fade fades"
)
"""Words that undo an event beside them: `hack funds returned`."""

UNWELCOME = _set("inflation cpi pce ppi unemployment dollar dxy") | {
    "interest rate", "treasury yield", "bond yield", "dollar index", "us dollar", "consumer price", "producer price",
}  # fmt: skip
"""Subjects whose rise is bad news for risk."""

DIRECTIONS = _set(
    "surge soar skyrocket rally rise rose risen climb gain jump rebound higher up grow grew growing strong strength "
    "strengthen weaken plunge plummet tumble slump fall fell fallen drop decline slide slid sink sank lower down weak "
    "weakness slow dip"
)
"""Tones that tell a move of their subject."""

NAMES = _set(
    "binance coinbase kraken bitfinex bybit okx kucoin huobi gemini ftx alameda celsius voyager blockfi genesis terra "
    "luna tether usdt usdc circle paxos ripple xrp solana cardano dogecoin polygon avalanche grayscale blackrock "
    "fidelity microstrategy tesla fed ecb boj sec cftc doj"
)
"""Names that tell one story from another of the same words."""

ENGLISH = _set(
    "a about after all an and are as at be been but by can could for from has have how in into is it its may more new "
    "of on or over says than that the their this to was what when which why will with would"
)
FOREIGN = _set(
    "aber al como con das de del den der di dos een eine el en es est het il ist la las le les lo los mit nicht och "
    "para per por que se sur um una und une uno van voor von é hasta sobre pero auf bei nach dans pour avec"
)
"""Frequent words that tell English from its neighbours in Latin script."""


def terms() -> list[Term]:
    """The whole lexicon, flat."""
    rows = [Term(phrase, c, 0.0, i) for (c, i), phrases in _SUBJECTS.items() for phrase in phrases.split("|")]
    rows += [Term(phrase, c, w, i) for (c, w, i), phrases in _EVENTS.items() for phrase in phrases.split("|")]
    rows += [Term(phrase, "", w, i) for (w, i), phrases in _TONES.items() for phrase in phrases.split("|")]
    return rows
