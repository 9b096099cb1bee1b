"""POST closePositions, which both dialects answer alike."""

from pydantic import Field

from terminal.net.wire.types import Id, OptionalText, Wire


class ClosedRow(Wire):
    """One position. `order_id` is 0 when it was not closed."""

    order_id: Id = Field(alias="successOrderId")
    success: bool = Field(strict=True)
    error_message: OptionalText = Field(default=None, alias="errorMessage")
