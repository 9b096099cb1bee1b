"""The v2 dialect: `/capi/v2`, symbols like `cmt_btcusdt`."""

from terminal.domain.account import MarginMode
from terminal.domain.instrument import InstrumentId
from terminal.net.calls.caller import Caller
from terminal.net.server_clock import ServerClock
from terminal.venues.weex.dialect import Dialect, StreamSide
from terminal.venues.weex.mapper.words import STREAM_INTERVALS, v2_symbol
from terminal.venues.weex.stream.v2 import PrivateV2, PublicV2
from terminal.venues.weex.v2.account import AccountV2
from terminal.venues.weex.v2.market import MarketV2
from terminal.venues.weex.v2.orders import OrdersV2


def v2_dialect(caller: Caller, server_clock: ServerClock) -> Dialect:
    modes: dict[InstrumentId, MarginMode] = {}
    return Dialect(
        version="v2",
        login_path="/v2/ws/private",
        market=MarketV2(caller, server_clock),
        account=AccountV2(caller, modes),
        orders=OrdersV2(caller, modes),
        stream=StreamSide(PublicV2, PrivateV2, v2_symbol, STREAM_INTERVALS),
    )
