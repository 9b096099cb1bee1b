"""The gate's checks by rule and name, for who must speak of a check that did not run or broke down."""

from typing import Final

CHECK_NAMES: Final[dict[str, tuple[str, str]]] = {
    "r1_trading_state": ("R1", "Trading state"),
    "r2_allowed": ("R2", "Allowed pair"),
    "r3_decision": ("R3", "AI decision"),
    "r4_leverage": ("R4", "Leverage"),
    "r5_order_notional": ("R5", "Order notional"),
    "r6_position_notional": ("R6", "Position and gross notional"),
    "r7_collar": ("R7", "Price collar"),
    "r8_market_order": ("R8", "Market order"),
    "r9_quote_age": ("R9", "Quote age"),
    "r10_references": ("R10", "Reference prices"),
    "r11_decision_fresh": ("R11", "Decision age and drift"),
    "r12_steps": ("R12", "Contract rules"),
    "r13_margin": ("R13", "Margin"),
    "r14_liquidation": ("R14", "Liquidation distance"),
    "r15_order_rate": ("R15", "Order rate"),
    "r15_entry_interval": ("R15", "Entry interval"),
    "r16_cancel_reserve": ("R16", "Cancel reserve"),
    "r17_open_orders": ("R17", "Open orders"),
    "r18_duplicate": ("R18", "Duplicate"),
    "r19_self_match": ("R19", "Self match"),
    "r19_turns": ("R19", "Turns of direction"),
    "r20_repeated_fills": ("R20", "Repeated fills"),
    "r21_rejects_and_unknown": ("R21", "Rejects and unclear orders"),
    "r22_daily_loss": ("R22", "Daily loss"),
    "r23_drawdown": ("R23", "Drawdown"),
    "r24_reduce_only": ("R24", "Close within position"),
    "r25_protection": ("R25", "Protective stop"),
    "r28_log_backlog": ("R28", "AI logs"),
    "r30_settlement": ("R30", "Settlement"),
    "r31_venue": ("R31", "Venue"),
    "r32_direction": ("R32", "Direction"),
    "r33_in_flight": ("R33", "Orders on their way"),
    "r34_other_side": ("R34", "Other side"),
}


def name_of(function_name: str) -> tuple[str, str]:
    """Give a check's rule and name from its function's; a new one is called by that until it is listed here."""
    rule, _, words = function_name.partition("_")
    return CHECK_NAMES.get(function_name, (rule.upper(), words.replace("_", " ").capitalize()))
