"""The v3 dialect: `/capi/v3`, symbols like `BTCUSDT`."""

from terminal.domain.instrument import InstrumentId
from terminal.domain.market import Interval
from terminal.net.server_clock import ServerClock
from terminal.venues.weex.dialect import Dialect
from terminal.venues.weex.mapper.words import REST_INTERVALS, v3_symbol
from terminal.venues.weex.rest.caller import Caller
from terminal.venues.weex.stream.v3 import PrivateV3, PublicV3
from terminal.venues.weex.v3.account import AccountV3
from terminal.venues.weex.v3.market import MarketV3
from terminal.venues.weex.v3.orders import OrdersV3


class StreamsV3:
    """Implements `StreamSide`."""

    def public_grammar(self) -> PublicV3:
        return PublicV3()

    def private_grammar(self) -> PrivateV3:
        return PrivateV3()

    def symbol(self, instrument_id: InstrumentId) -> str:
        return v3_symbol(instrument_id)

    def interval(self, interval: Interval) -> str:
        return REST_INTERVALS[interval]


def v3_dialect(caller: Caller, server_clock: ServerClock) -> Dialect:
    return Dialect(
        version="v3",
        login_path="/v3/ws/private",
        market=MarketV3(caller, server_clock),
        account=AccountV3(caller),
        orders=OrdersV3(caller),
        stream=StreamsV3(),
    )
