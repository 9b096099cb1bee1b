"""What frames of WOO X's sockets mean, and the frames we send. Source: WOO X API v3, WebSocket v3."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any, Final, NamedTuple

Frame = Mapping[str, Any]

TOPICS_A_REQUEST: Final = 10  # the documents say 20; the venue refuses 11 whole
TOPICS_A_CONNECTION: Final = 100
PING_S: Final = 15.0  # the venue hangs up on a client that says nothing for a minute


@dataclass(frozen=True, slots=True)
class Answer:
    """The venue's answer to a request: which topics it took. Those it refuses are only missing from it."""

    number: str
    accepted: frozenset[str]


@dataclass(frozen=True, slots=True)
class Failure:
    """The venue refuses a request whole."""

    number: str
    text: str


class Data(NamedTuple):  # made once a frame: half the time of a frozen dataclass
    """A push, not read yet. `kind` is the topic up to its first `@`."""

    topic: str
    kind: str
    sent_ms: int
    data: Any


class Grammar:
    """Requests are numbered; an answer names the number."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def subscribe(self, topics: list[str]) -> tuple[str, Frame]:
        """Give the number and the frame that joins topics, at most `TOPICS_A_REQUEST`."""
        return self._request("SUBSCRIBE", topics)

    def unsubscribe(self, topics: list[str]) -> tuple[str, Frame]:
        """Give the number and the frame that leaves topics."""
        return self._request("UN_SUBSCRIBE", topics)

    def read(self, frame: Frame) -> Answer | Failure | Data | None:
        """Give what a frame means; None when it means nothing to us, such as the answer to a ping."""
        topic = frame.get("topic")
        if topic is not None:
            return _data(topic, frame)
        command = frame.get("cmd")
        if command in {"PONG", "PING"} or (command is None and "success" not in frame):
            return None
        number, said = str(frame.get("id")), frame.get("data")
        if frame.get("success") is True:
            return Answer(number, frozenset(each for each in _listed(said) if isinstance(each, str)))
        return Failure(number, str(said or "no reason given"))

    def _request(self, command: str, topics: list[str]) -> tuple[str, Frame]:
        number = str(next(self._numbers))
        return number, {"id": number, "cmd": command, "params": topics}


def ping(now_ms: int) -> Frame:
    return {"cmd": "PING", "ts": now_ms}


def pong_of(frame: Frame, now_ms: int) -> Frame | None:
    """Give the answer to the venue's own heartbeat; None for any other frame."""
    return {"cmd": "PONG", "ts": now_ms} if frame.get("cmd") == "PING" else None


def in_requests(topics: Iterable[str]) -> list[list[str]]:
    """Cut topics into lists that fit a request."""
    ordered = list(topics)
    return [ordered[at : at + TOPICS_A_REQUEST] for at in range(0, len(ordered), TOPICS_A_REQUEST)]


def _data(topic: Any, frame: Frame) -> Data | None:
    sent_ms = frame.get("ts")
    if type(topic) is not str or type(sent_ms) is not int:
        return None
    return Data(topic, topic.partition("@")[0], sent_ms, frame.get("data"))


def _listed(said: Any) -> list[Any]:
    return said if isinstance(said, list) else []
