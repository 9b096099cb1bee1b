"""`alphadesk replay`: makes stored decisions again, with the live code, and lists what differs."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from terminal.domain.ai_log import AiLog
from terminal.domain.causes import cause
from terminal.domain.instrument import base_of
from terminal.domain.past import FrozenInputs
from terminal.domain.plain_words import ACTION
from terminal.domain.records import ChainHead, ProposalRecorded
from terminal.domain.rehearsal import API_TEST_MODEL
from terminal.ports.clock import Clock
from terminal.runtime.clock import SystemClock
from terminal.services.ai_logs.content import STAGE_DECISION, Audit, ProgramMark, UnusableLog, decision_content
from terminal.storage.journal.frozen_inputs import frozen_reader
from terminal.storage.journal_place import journal_place
from terminal.strategy.replay import Difference, decide_from_inputs, differences, recounted

if TYPE_CHECKING:
    from terminal.domain.decision import Decision

EQUAL, DIFFERENT = 0, 1
ALL = "all"
_SHOWN = 160


def replay_decisions(decision: str, path: Path | None, profile: str) -> int:
    """Replay one stored decision, or all of them; 0 when no field differs, else 1.

    Raises:
        TerminalError: there is no such decision, or not all it was made from is in the journal.
    """
    place = journal_place(path, profile)
    clock = SystemClock()
    differing = 0
    with frozen_reader(place.journal) as reader:
        names = reader.decision_ids() if decision == ALL else (decision,)
        for name in names:
            if reader.made_by(name) == API_TEST_MODEL:
                print(f"{name}: the order of an API test. No model made this decision, so there is nothing to repeat.")
                continue
            inputs = reader.inputs(name)
            found = replay_one(inputs, clock)
            differing += bool(found)
            _say(inputs, found)
    if decision == ALL:
        print(f"{len(names)} decisions replayed, {differing} of them differ.")
    return DIFFERENT if differing else EQUAL


def replay_one(inputs: FrozenInputs, clock: Clock) -> tuple[Difference, ...]:
    """Make one decision and its AI log again; give every difference.

    Raises:
        ModelUnavailable: the stored model cannot be read by this version.
    """
    found = differences(inputs.decision, decide_from_inputs(inputs, clock))
    if inputs.members:
        found += recounted(inputs.decision)
    if inputs.log is None or inputs.proposal is None or inputs.log.stage != STAGE_DECISION:
        return found
    return found + _log_differences(inputs.decision, inputs.proposal, inputs.log)


def _log_differences(decision: "Decision", proposal: ProposalRecorded, log: AiLog) -> tuple[Difference, ...]:
    """The log is a pure function of decision, terms and anchor: write it again and compare the bytes."""
    try:
        anchor = json.loads(log.content)["input"]["audit"]
        audit = Audit(ChainHead(anchor["seq"], anchor["head16"]), ProgramMark(anchor["version"], anchor["build"]))
        again = decision_content(decision, proposal.terms, audit)
    except (ValueError, KeyError, TypeError, UnusableLog) as error:
        return (Difference("AI log", log.content.decode(errors="replace"), f"cannot be written again: {cause(error)}"),)
    if again == log.content:
        return ()
    return (Difference("AI log", log.content.decode(errors="replace"), again.decode()),)


def _say(inputs: FrozenInputs, found: tuple[Difference, ...]) -> None:
    decision = inputs.decision
    what = f"{decision.decision_id} ({ACTION[decision.action]} {base_of(decision.instrument_id)}, {decision.model})"
    if not found:
        print(f"{what}: every field comes out the same.")
        return
    print(f"{what}: {len(found)} fields differ.")
    for each in found:
        print(f"  {each.field}\n    stored: {_short(each.stored)}\n    again:  {_short(each.again)}")


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
