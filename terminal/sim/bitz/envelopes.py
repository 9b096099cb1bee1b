"""The one envelope of all answers, and its two ways to say no. Source: reference section 1."""

from typing import Any

from terminal.sim.bitz.errors import message_of


def envelope(data: Any, now_ms: int, status: int = 200, message: str = "") -> dict[str, Any]:
    """An answer; times are seconds, `microtime` is "fraction seconds"."""
    seconds, rest = divmod(now_ms, 1000)
    return {
        "status": status,
        "msg": message,
        "data": data,
        "time": seconds,
        "microtime": f"0.{rest:03d}00000 {seconds}",
        "source": "api",
    }


def refused_by_status(code: int, now_ms: int, message: str = "") -> dict[str, Any]:
    return envelope("", now_ms, code, message or message_of(code))


def refused_by_data(code: int, now_ms: int) -> dict[str, Any]:
    """The status says all is well, and the data is a negative number."""
    return envelope(code, now_ms)
