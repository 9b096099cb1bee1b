"""A scripted OpenAI-compatible server on loopback.

Each request takes the next answer of the script; the last one stays.
"""

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

MODEL = "tiny-trader-1"


@dataclass(slots=True)
class Seen:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def facts(self) -> dict[str, Any]:
        """The snapshot in the prompt."""
        user = next(each["content"] for each in self.json["messages"] if each["role"] == "user")
        text = user if isinstance(user, str) else user[0]["text"]
        return json.loads(text.split("<<<SNAPSHOT\n")[1].split("\nSNAPSHOT>>>")[0])


@dataclass(slots=True)
class Reply:
    """One answer: bytes, or a hang or a cut. `wait` is awaited before anything is sent."""

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: bool = False
    wait: Callable[[], Awaitable[Any]] | None = None


Script = Callable[[Seen], Reply]


class FakeLlm:
    """Use as an async context manager; `base_url` is where it listens."""

    def __init__(self, *script: Reply | Script) -> None:
        self.script: list[Reply | Script] = list(script)
        self.seen: list[Seen] = []
        self.models = [MODEL]
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self._heard = asyncio.Event()

    @property
    def base_url(self) -> str:
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/v1"

    @property
    def asked(self) -> list[Seen]:
        return [each for each in self.seen if each.path.endswith("/chat/completions")]

    async def heard(self) -> None:
        """Wait until a first request is here."""
        await self._heard.wait()

    async def __aenter__(self) -> "FakeLlm":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            while await self._one(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.strip().split("\r\n")
        method, path, _ = first.split(" ")
        headers = {k.lower(): v for k, v in (line.split(": ", 1) for line in lines)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        seen = Seen(method, path, headers, body)
        self.seen.append(seen)
        self._heard.set()
        reply = self._reply(seen)
        if reply.wait is not None:
            await reply.wait()
        extra = "".join(f"{name}: {value}\r\n" for name, value in reply.headers.items())
        start = f"HTTP/1.1 {reply.status} X\r\ncontent-type: {reply.content_type}\r\n{extra}"
        start += f"content-length: {len(reply.body)}\r\n\r\n"
        writer.write(start.encode() + (reply.body[: len(reply.body) // 2] if reply.cut else reply.body))
        await writer.drain()
        return not reply.cut

    def _reply(self, seen: Seen) -> Reply:
        if seen.path.endswith("/models"):
            listed = {"object": "list", "data": [{"id": name, "object": "model"} for name in self.models]}
            return Reply(body=json.dumps(listed).encode())
        step = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        return step(seen) if callable(step) else step


# -- answers ------------------------------------------------------------------------


def completion(
    message: dict[str, Any], *, model: str | None = MODEL, finish: str = "stop", usage: tuple[int, int] = (1_000, 200)
) -> Reply:
    body: dict[str, Any] = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "choices": [
            {"index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": None, **message}}
        ],
        "usage": {"prompt_tokens": usage[0], "completion_tokens": usage[1], "total_tokens": sum(usage)},
    }
    if model is not None:
        body["model"] = model
    return Reply(body=json.dumps(body).encode())


def called(arguments: str | dict[str, Any], *, name: str = "decide", **more: Any) -> Reply:
    """An answer in tool mode."""
    text = arguments if isinstance(arguments, str) else json.dumps(arguments)
    call = {"id": "call-1", "type": "function", "function": {"name": name, "arguments": text}}
    return completion({"tool_calls": [call]}, **{"finish": "tool_calls", **more})


def said(content: str | dict[str, Any], **more: Any) -> Reply:
    """An answer in native or prompted mode."""
    return completion({"content": content if isinstance(content, str) else json.dumps(content)}, **more)


def error(status: int, message: str = "no", code: str | None = None, **headers: str) -> Reply:
    body = json.dumps({"error": {"message": message, "type": "error", "code": code}}).encode()
    return Reply(status, body, headers={name.replace("_", "-"): value for name, value in headers.items()})


def hold(facts: dict[str, Any], symbol: str, /, **changes: Any) -> dict[str, Any]:
    """A sound hold about one symbol."""
    value = float(facts["inputs"][f"{symbol}.last"])
    return {
        "symbol": symbol,
        "action": "hold",
        "confidence": 0.5,
        "horizon_min": 240,
        "evidence": [{"feature_id": f"{symbol}.last", "value": value, "direction": "against", "weight": 0.5}],
        "explanation": f"Nothing pays for the costs while the price is {facts['inputs'][f'{symbol}.last']}.",
        **changes,
    }


def opening(facts: dict[str, Any], symbol: str, side: str = "long", /, **changes: Any) -> dict[str, Any]:
    """A sound opening: stop 2 ATR away, target 5."""
    inputs = facts["inputs"]
    sign = 1 if side == "long" else -1
    entry = float(inputs[f"{symbol}.{'ask' if side == 'long' else 'bid'}"])
    atr = float(inputs[f"{symbol}.atr14"])
    trend = f"{symbol}.dist_ema21_{facts['interval']}"
    rsi = f"{symbol}.rsi14_{facts['interval']}"
    return {
        "symbol": symbol,
        "action": f"open_{side}",
        "confidence": 0.62,
        "risk_fraction": "0.005",
        "stop_price": f"{entry - sign * 2 * atr:.10f}",
        "take_profit_price": f"{entry + sign * 5 * atr:.10f}",
        "horizon_min": 240,
        "invalidation": {"feature_id": trend, "op": "<" if sign > 0 else ">", "value": inputs[trend] - sign},
        "evidence": [
            {"feature_id": trend, "value": inputs[trend], "direction": "for", "weight": 0.7},
            {"feature_id": rsi, "value": inputs[rsi], "direction": "against", "weight": 0.3},
        ],
        "explanation": f"The trend carries {symbol}; RSI {inputs[rsi]} speaks against it. Confidence 62 %.",
        **changes,
    }


def answer(facts: dict[str, Any], /, *decisions: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {"snapshot_id": facts["snapshot_id"], "decisions": list(decisions), **changes}


def deciding(make: Callable[[dict[str, Any]], dict[str, Any]], *, native: bool = False, **more: Any) -> Script:
    """Answer from the facts the prompt shows."""

    def step(seen: Seen) -> Reply:
        made = make(seen.facts)
        return said(made, **more) if native else called(made, **more)

    return step


@contextmanager
def served(*script: Reply | Script) -> Iterator[FakeLlm]:
    """Run the server on a thread and loop of its own, for tests whose loop is the window's."""
    fake, ready, done = FakeLlm(*script), threading.Event(), threading.Event()

    async def serve() -> None:
        async with fake:
            ready.set()
            await asyncio.to_thread(done.wait)

    def run() -> None:
        with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
            runner.run(serve())

    thread = threading.Thread(target=run, name="fake llm")
    thread.start()
    try:
        assert ready.wait(10)
        yield fake
    finally:
        done.set()
        thread.join(10)
