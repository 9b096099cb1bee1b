"""The v3 dialect: `/capi/v3`, symbols like `BTCUSDT`."""

from terminal.net.calls.caller import Caller
from terminal.net.server_clock import ServerClock
from terminal.venues.weex.dialect import Dialect, StreamSide
from terminal.venues.weex.mapper.words import REST_INTERVALS, v3_symbol
from terminal.venues.weex.stream.v3 import PrivateV3, PublicV3
from terminal.venues.weex.v3.account import AccountV3
from terminal.venues.weex.v3.market import MarketV3
from terminal.venues.weex.v3.orders import OrdersV3


def v3_dialect(caller: Caller, server_clock: ServerClock) -> Dialect:
    return Dialect(
        version="v3",
        login_path="/v3/ws/private",
        market=MarketV3(caller, server_clock),
        account=AccountV3(caller),
        orders=OrdersV3(caller),
        stream=StreamSide(PublicV3, PrivateV3, v3_symbol, REST_INTERVALS),
    )
