"""A messenger that keeps what it was given and answers as it is told."""

import json
from collections import deque
from typing import Any

from terminal.ports.messenger import NotDelivered, Posted


class PostOffice:
    """`terminal.ports.messenger.Messenger`; `answers` are given first, then 200 for ever. "" is no answer."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, dict[str, Any]]] = []
        self.answers: deque[Posted | str] = deque()
        self.closed = False

    async def post(self, url: str, body: bytes) -> Posted:
        self.sent.append((url, json.loads(body)))
        answer = self.answers.popleft() if self.answers else Posted(200)
        if isinstance(answer, str):
            raise NotDelivered(answer)
        return answer

    async def aclose(self) -> None:
        self.closed = True

    @property
    def texts(self) -> list[str]:
        return [body["text"] for _, body in self.sent]
