"""Counts what a call executes, so that a test of its cost does not depend on how busy the machine is."""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any


def operations(work: Callable[[], object]) -> int:
    """Give how many bytecode instructions `work` executes, in all functions it calls."""
    count = 0

    def step(frame: FrameType, event: str, _arg: Any) -> Any:
        nonlocal count
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        count += event == "opcode"
        return step

    before = sys.gettrace()
    # Python 3.12 tells of instructions only when some frame had asked for them before tracing begins.
    sys._getframe().f_trace_opcodes = True
    sys.settrace(step)
    try:
        work()
    finally:
        sys.settrace(before)
    return count
