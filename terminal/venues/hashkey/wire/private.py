"""Events of the private stream, fields spelled as HashKey spells them. Source: HashKey API, private WebSocket."""

from pydantic import Field

from terminal.net.wire.types import Amount, Id, OptionalAmount, OptionalText, TimeMs, Wire


class Report(Wire):
    """`executionReport`: an order's new state; `l`, `L` and `d` are its newest fill, 0 when there was none."""

    time: TimeMs = Field(alias="E")
    symbol: str = Field(alias="s")
    client_order_id: OptionalText = Field(default=None, alias="c")
    side: str = Field(alias="S")
    type: str = Field(alias="o")
    tif: OptionalText = Field(default=None, alias="f")
    size: Amount = Field(alias="q")
    price: OptionalAmount = Field(default=None, alias="p")
    status: str = Field(alias="X")
    order_id: Id = Field(alias="i")
    last_size: OptionalAmount = Field(default=None, alias="l")
    last_price: OptionalAmount = Field(default=None, alias="L")
    filled: Amount = Field(alias="z")
    filled_value: OptionalAmount = Field(default=None, alias="Z")
    average: OptionalAmount = Field(default=None, alias="V")
    fee: OptionalAmount = Field(default=None, alias="n")
    fee_coin: OptionalText = Field(default=None, alias="N")
    is_maker: bool = Field(default=False, alias="m")
    created: TimeMs = Field(alias="O")
    execution_id: OptionalText = Field(default=None, alias="d", coerce_numbers_to_str=True)
    cancel_reason: OptionalText = Field(default=None, alias="x")
