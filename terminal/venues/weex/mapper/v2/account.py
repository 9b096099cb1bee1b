"""What v2's account replies say in their own way."""

from terminal.domain.account import MarginMode
from terminal.venues.weex.mapper.words import margin_mode_of
from terminal.venues.weex.wire.v2.account import AccountReply


def mode_from(reply: AccountReply, symbol: str) -> MarginMode:
    """Give the symbol's margin mode; cross when it was never set.

    Raises:
        MalformedReply: a mode we do not know.
    """
    for row in reply.account.mode_setting:
        if row.symbol == symbol:
            return margin_mode_of(row.margin_mode)
    return MarginMode.CROSS
