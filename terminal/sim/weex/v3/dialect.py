"""v3: `/capi/v3`, symbols like `BTCUSDT`, and the little of the spot API that clients of it ask for."""

from terminal.sim.weex.dialect import Dialect, LogNames
from terminal.sim.weex.v3.endpoints import ENDPOINTS
from terminal.sim.weex.v3.errors import envelope, not_found, refuse
from terminal.sim.weex.v3.streams import StreamsV3

V3 = Dialect(
    name="v3",
    prefixes=("/capi/v3/", "/api/v3/"),
    endpoints=ENDPOINTS,
    refuse=refuse,
    envelope=envelope,
    not_found=not_found,
    log_names=LogNames(
        client_ids=("newClientOrderId", "clientAlgoId", "origClientOrderId"),
        order_ids=("orderId",),
    ),
    streams=StreamsV3(),
    names_methods=True,
)
