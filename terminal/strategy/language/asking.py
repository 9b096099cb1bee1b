"""One question to a language model: at most one repair, one deadline, and every byte kept."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from openai import AsyncOpenAI, OpenAIError
from pydantic_ai import Agent, ModelRetry, NativeOutput, PromptedOutput, ToolOutput
from pydantic_ai.exceptions import AgentRunError
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.profiles.openai import OpenAIModelProfile
from pydantic_ai.providers.openai import OpenAIProvider
from pydantic_ai.settings import ModelSettings
from pydantic_ai.usage import UsageLimits

from terminal.domain.causes import OWN_FAULT
from terminal.domain.decision import FailureKind
from terminal.domain.language_model import LanguageModel, OutputMode
from terminal.ports.clock import Clock
from terminal.strategy.language.answer import CycleAnswer
from terminal.strategy.language.budget import OverBudget, within
from terminal.strategy.language.failures import AGAIN, Trouble, wire_trouble
from terminal.strategy.language.wire import SpendGate, WireRecord, WireTape, open_client

_log = logging.getLogger(__name__)
REQUESTS_MAX: Final = 2  # the question and one repair
_NO_KEY: Final = "none"  # the library wants one; the transport takes it off again
_FAULTS_TOLD: Final = 12

Judge = Callable[[CycleAnswer], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Brief:
    """What is asked: the words, the form of the answer, and who judges what the form cannot."""

    instructions: str
    user: str
    form: type[CycleAnswer]
    judge: Judge


@dataclass(slots=True)
class _Verdicts:
    """What the judge said last, for the words of a failure."""

    faults: tuple[str, ...] = ()


async def ask(
    model: LanguageModel,
    key: str | None,
    brief: Brief,
    clock: Clock,
    gate: SpendGate,
    tape: WireTape,
    proxy: str | None,
) -> CycleAnswer | Trouble:
    """Ask, and repair once. The tape holds each exchange afterwards, also of a failure.

    A failure is never an answer: whoever calls must not read a hold into it.
    """
    verdicts = _Verdicts()
    work = asyncio.ensure_future(_run(model, key, brief, clock, gate, tape, proxy, verdicts))
    try:
        return await within(clock, model.timeout_s, work)
    except TimeoutError:
        return _late(model, tape)
    except OverBudget as error:
        return Trouble(FailureKind.BUDGET, str(error))
    except (AgentRunError, OpenAIError) as error:
        over = _budget_in(error)
        return over or _trouble(model, tape, verdicts, error)


async def _run(
    model: LanguageModel,
    key: str | None,
    brief: Brief,
    clock: Clock,
    gate: SpendGate,
    tape: WireTape,
    proxy: str | None,
    verdicts: _Verdicts,
) -> CycleAnswer:
    def is_sound(record: WireRecord) -> bool:
        return wire_trouble(record, model) is None

    async with open_client(model, key, tape, clock, gate, is_sound, proxy) as http:
        # max_retries=0: the library's own retries would repeat what may have been charged already.
        client = AsyncOpenAI(base_url=model.base_url, api_key=key or _NO_KEY, http_client=http, max_retries=0)
        agent = _agent(model, brief, client, verdicts)
        result = await agent.run(
            brief.user, usage_limits=UsageLimits(request_limit=REQUESTS_MAX), model_settings=_settings(model)
        )
        return result.output


def _agent(model: LanguageModel, brief: Brief, client: AsyncOpenAI, verdicts: _Verdicts) -> Agent[object, CycleAnswer]:
    profile = OpenAIModelProfile(supports_json_schema_output=True, supports_tools=model.output_mode is OutputMode.TOOL)
    chat = OpenAIChatModel(model.model, provider=OpenAIProvider(openai_client=client), profile=profile)
    agent: Agent[object, CycleAnswer] = Agent(
        chat, output_type=_output(model.output_mode, brief.form), instructions=brief.instructions, retries=1
    )

    async def judged(answer: CycleAnswer) -> CycleAnswer:
        verdicts.faults = brief.judge(answer)
        if verdicts.faults:
            listed = "\n".join(f"- {fault}" for fault in verdicts.faults[:_FAULTS_TOLD])
            raise ModelRetry(f"The answer was not accepted. Correct exactly this and answer again in full:\n{listed}")
        return answer

    agent.output_validator(judged)
    return agent


def _output(mode: OutputMode, form: type[CycleAnswer]) -> Any:
    if mode is OutputMode.TOOL:
        return ToolOutput(form, name="decide", description="Give the decisions of this cycle.")
    return NativeOutput(form, name="decide") if mode is OutputMode.NATIVE else PromptedOutput(form, name="decide")


def _settings(model: LanguageModel) -> ModelSettings:
    settings = ModelSettings(max_tokens=model.max_tokens, parallel_tool_calls=False)
    if model.output_mode is not OutputMode.TOOL:
        settings = ModelSettings(max_tokens=model.max_tokens)
    if model.temperature is not None:
        settings["temperature"] = model.temperature
    return settings


# -- what went wrong --------------------------------------------------------------


def _late(model: LanguageModel, tape: WireTape) -> Trouble:
    repairing = " in the repair of its first answer" if len(tape.records) > 1 else ""
    return Trouble(FailureKind.TIMEOUT, f"{model.host} gave no answer within {model.timeout_s:g} s{repairing}; {AGAIN}")


def _trouble(model: LanguageModel, tape: WireTape, verdicts: _Verdicts, error: Exception) -> Trouble:
    record = tape.last
    found = None if record is None else wire_trouble(record, model)
    if found is not None:
        return found
    if verdicts.faults:
        listed = "; ".join(verdicts.faults[:3])
        more = f" and {len(verdicts.faults) - 3} more" if len(verdicts.faults) > 3 else ""
        return Trouble(FailureKind.INVALID_OUTPUT, f"its answer was wrong, also after one repair: {listed}{more}")
    if record is None:
        _log.error("the question could not be put", exc_info=error)
        return Trouble(FailureKind.INTERNAL, f"the question could not be put: {OWN_FAULT}")
    return Trouble(FailureKind.INVALID_OUTPUT, "its answer had not the asked form, also after one repair")


def _budget_in(error: BaseException) -> Trouble | None:
    """A library may wrap what the gate raised."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OverBudget):
            return Trouble(FailureKind.BUDGET, str(cause))
        cause = cause.__cause__ or cause.__context__
    return None
