"""Account endpoints. Source: WOO X API v3, account, assets and futures."""

from dataclasses import replace
from typing import Final

from terminal.net.calls.paging import Page
from terminal.net.limiter import Lane
from terminal.venues.woox.rest.asking import Asker, get, sending
from terminal.venues.woox.wire.account import (
    AccountInfo,
    FeeReply,
    FundingFeeRow,
    HoldingRow,
    Holdings,
    LeverageReply,
    ListenKey,
    PositionRow,
    Positions,
)

_LEVERAGE_WAIT_S: Final = 3.0


class AccountRest:
    """Everything raises `VenueError`."""

    def __init__(self, asker: Asker) -> None:
        self._asker = asker

    async def info(self) -> AccountInfo:
        """Source: GET account/info, ten a minute."""
        return await self._asker.data(get("account/info"), AccountInfo)

    async def balances(self) -> list[HoldingRow]:
        """Source: GET asset/balances."""
        return (await self._asker.data(get("asset/balances"), Holdings)).holding

    async def positions(self) -> list[PositionRow]:
        """Source: GET futures/positions; rows that hold nothing are among them."""
        return (await self._asker.data(get("futures/positions"), Positions)).positions

    async def leverage(self, symbol: str, margin_mode: str) -> LeverageReply:
        """Read the leverage of one margin mode. Ten a minute: whoever asks for more hears at once that it must wait.

        Source: GET futures/leverage.
        """
        call = get("futures/leverage", symbol=symbol, marginMode=margin_mode)
        return await self._asker.data(replace(call, max_wait_s=_LEVERAGE_WAIT_S), LeverageReply)

    async def set_leverage(self, symbol: str, margin_mode: str, position_side: str | None, leverage: int) -> None:
        """Ten a minute, as above. Source: PUT futures/leverage; hedge mode names the side."""
        body = {"symbol": symbol, "marginMode": margin_mode, "leverage": leverage}
        if position_side is not None:
            body["positionSide"] = position_side
        await self._asker.order(replace(sending("PUT", "futures/leverage", body), max_wait_s=_LEVERAGE_WAIT_S))

    async def trading_fee(self, symbol: str) -> FeeReply:
        """Source: GET trade/tradingFee, in basis points."""
        return await self._asker.data(get("trade/tradingFee", symbol=symbol), FeeReply)

    async def funding_fees(self, symbol: str | None, start_ms: int, page: int, size: int) -> Page[FundingFeeRow]:
        """Source: GET futures/fundingFee/history."""
        call = get("futures/fundingFee/history", symbol=symbol, startTime=str(start_ms), page=str(page), size=str(size))
        return await self._asker.page(call, FundingFeeRow)

    async def listen_key(self) -> ListenKey:
        """Ask for a new key of the private stream; the one before ends at once.

        Source: POST account/listenKey.
        """
        call = sending("POST", "account/listenKey", {"type": "WEBSOCKET"}, Lane.CLOCK)
        # It changes nothing that matters when it is done twice, so a lost answer is no question left open.
        return await self._asker.data(replace(call, is_write=False), ListenKey)
