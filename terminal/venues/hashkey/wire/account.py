"""Account replies, fields spelled as HashKey spells them. Source: HashKey API, account."""

from pydantic import Field

from terminal.net.wire.types import Amount, Id, OptionalText, Signed, TimeMs, Wire


class AssetRow(Wire):
    """One coin of GET /api/v1/account."""

    asset: str
    total: Amount
    free: Amount
    locked: Amount


class Account(Wire):
    balances: tuple[AssetRow, ...]


class FeeRow(Wire):
    """A symbol's rates, as fractions."""

    symbol: str
    maker: Amount = Field(alias="actualMakerRate")
    taker: Amount = Field(alias="actualTakerRate")


class Fees(Wire):
    """GET /api/v1/account/vipInfo; a snapshot made once a day."""

    rows: tuple[FeeRow, ...] = Field(alias="data")


class FlowRow(Wire):
    """An entry of GET /api/v1/account/balanceFlow."""

    flow_id: Id = Field(alias="id")
    coin: str
    kind: str = Field(alias="flowTypeValue", coerce_numbers_to_str=True)
    name: OptionalText = Field(default=None, alias="flowType")
    change: Signed
    created: TimeMs


class ListenKey(Wire):
    """POST /api/v1/userDataStream."""

    listen_key: str = Field(alias="listenKey", min_length=1, pattern=r"^[A-Za-z0-9_-]+$")
