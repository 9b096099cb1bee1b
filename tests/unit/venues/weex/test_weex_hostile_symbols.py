"""A venue's list of markets is text from outside: what is not one of the eight pairs, to the letter, is not there."""

import pytest
from weex_kit import BOTH, payload, speaking

from helpers.hostile_texts import MARK, SYMBOLS
from terminal.domain.competition import ALLOWED_INSTRUMENTS
from terminal.domain.errors import MalformedReply
from terminal.venues.weex.mapper import words


def poisoned(version: str):
    """The documented list of markets with a hostile twin of a real market for each hostile name."""
    name = "contracts" if version == "v2" else "exchangeInfo"
    body = payload(name, version)
    rows = body if isinstance(body, list) else body["symbols"]
    rows[:0] = [rows[0] | {"symbol": symbol} for symbol in SYMBOLS]
    return {name: body}


async def instruments(version: str, **instead):
    async with speaking(version, **instead) as (adapter, _venue):
        return await adapter.instruments()


@pytest.mark.asyncio
@BOTH
async def test_risk_5_hostile_symbol_names_become_no_instrument(version):
    clean = await instruments(version)
    found = await instruments(version, **poisoned(version))
    assert found == clean
    assert {each.instrument_id for each in found} <= set(ALLOWED_INSTRUMENTS)
    assert found
    assert MARK not in repr(found)


@pytest.mark.parametrize("symbol", [each for each in SYMBOLS if MARK not in each or len(each) > 24])
def test_risk_5_a_hostile_symbol_is_named_by_no_one_of_ours(symbol):
    with pytest.raises(MalformedReply, match="unknown market"):
        words.instrument_of(symbol)
