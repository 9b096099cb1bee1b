"""What an input's id means in a trader's words: the label of a language model's evidence on cards and in logs.

The id itself stays beside it as the evidence's key; the unit stands in the label, since the value is
the text the model was shown.
"""

import re
from typing import Final

from terminal.strategy.features import CATALOGUE

_CATALOGUE: Final = {each.key: f"{each.label}, {each.unit}" if each.unit else each.label for each in CATALOGUE}
_MEASURES: Final = {
    "adx14": "ADX 14",
    "atr14": "ATR 14, price",
    "atr14_bp": "ATR 14, bp",
    "bb_width_pct": "Bollinger width, %",
    "dist_ema21_atr": "distance from EMA 21, ATR",
    "dist_ema200_atr": "distance from EMA 200, ATR",
    "ema21_slope_bp_per_bar": "slope of EMA 21, bp a bar",
    "macd_hist_atr": "MACD histogram, ATR",
    "rv_24h": "volatility of 24 h, annualised",
    "vwap_dev_atr": "distance from the day's VWAP, ATR",
}
_QUOTED: Final = {
    "ask": "best ask",
    "bid": "best bid",
    "last": "last price",
    "mark": "mark price",
    "prices.index": "index price",
    "prices.mark_index_bp": "mark against index, bp",
    "prices.change_24h": "change in 24 h, a fraction",
    "prices.high_24h": "high of 24 h",
    "prices.low_24h": "low of 24 h",
    "book.spread_bp": "spread, bp",
    "quoted_spread_bp": "spread, bp",
    "book.imbalance_5": "imbalance of 5 levels",
    "book.imbalance_15": "imbalance of 15 levels",
    "book.microprice_dev_bp": "microprice against mid, bp",
    "dispersion_bp": "spread between venues, bp",
    "embedded_confidence": "the embedded model's confidence",
    "embedded_ev_bp": "the embedded model's expectation, bp",
    "embedded_side": "the embedded model's side",
    "funding_rate": "funding rate, a fraction",
    "funding.minutes_to_next": "minutes to funding",
    "open_interest.base_size": "open interest, coins",
    "open_interest.quote_value": "open interest, USDT",
}
_UNITS: Final = {
    "_bp": "bp", "_pct": "%", "_quote": "USDT", "_min": "min", "_x": "times equity", "_ms": "ms", "_s": "s",
}  # fmt: skip
_TIMED: Final = re.compile(r"(.+)_(\d+[mhdw])")
_AGE: Final = re.compile(r"(.+)[._]age_s")
_OWNERS: Final = {"account": "account", "limits": "limit"}


def input_words(key: str, symbol: str = "") -> str:
    """Say an input's id, e.g. `BTC.dist_ema21_15m`, in words; another pair than `symbol` is named."""
    owner, _, name = key.partition(".")
    words = _known(name) or _spelled(name)
    return words if owner == symbol else f"{_OWNERS.get(owner, owner)}: {words}"


def _known(name: str) -> str:
    timed = _TIMED.fullmatch(name)
    for known, span in ((name, ""), (timed.group(1), timed.group(2)) if timed else ("", "")):
        found = _QUOTED.get(known) or _CATALOGUE.get(known) or _MEASURES.get(known)
        if found:
            return f"{found} ({span})" if span else found
    return ""


def _spelled(name: str) -> str:
    """A field nobody has named: its own words, and its unit where the end of its name says one."""
    aged = _AGE.fullmatch(name)
    if aged:
        return f"age of {_plain(aged.group(1))}, s"
    for ending, unit in _UNITS.items():
        if name.endswith(ending):
            return f"{_plain(name.removesuffix(ending))}, {unit}"
    return _plain(name)


def _plain(name: str) -> str:
    return name.replace("_", " ").replace(".", " ").strip()
