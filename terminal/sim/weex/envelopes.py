"""The two success envelopes; every other answer is bare. Source: reference section 1.6."""

from typing import Any


def done(now_ms: int) -> dict[str, Any]:
    """Shape 2: leverage, margin and hold mode changes."""
    return {"code": "200", "msg": "success", "requestTime": now_ms}


def done_with(now_ms: int, data: Any) -> dict[str, Any]:
    """Shape 3: AI log upload, and v2's TP/SL change."""
    return {"code": "00000", "msg": "success", "requestTime": now_ms, "data": data}
