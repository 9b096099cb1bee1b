"""v2: `/capi/v2`, symbols like `cmt_btcusdt`."""

from terminal.sim.weex.dialect import Dialect, LogNames
from terminal.sim.weex.v2.endpoints import ENDPOINTS
from terminal.sim.weex.v2.errors import envelope, not_found, refuse
from terminal.sim.weex.v2.streams import StreamsV2

V2 = Dialect(
    name="v2",
    prefixes=("/capi/v2/",),
    endpoints=ENDPOINTS,
    refuse=refuse,
    envelope=envelope,
    not_found=not_found,
    log_names=LogNames(("client_oid", "clientOrderId", "clientOid"), ("order_id", "orderId"), "orderDataList"),
    streams=StreamsV2(),
)
