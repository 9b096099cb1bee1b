"""The limits a person may set, in words: of the gate every order passes, and of the guardrails before it."""

from typing import Final

from terminal.domain.setting import SettingKind

K = SettingKind
Row = tuple[str, str, str, SettingKind, str]
"""Name in the file, title, what it does, kind, unit."""

SIZE: Final[tuple[Row, ...]] = (
    ("max_leverage", "Highest leverage", "No order is sent with more leverage.", K.WHOLE, "x"),
    ("order_notional", "Largest order", "An opening order is not worth more than this.", K.SHARE, "% of equity"),
    ("position_notional", "Largest position", "One pair is not worth more than this.", K.SHARE, "% of equity"),
    ("gross_notional", "All positions together", "Longs plus shorts stay below this.", K.SHARE, "% of equity"),
    (
        "risk_per_trade",
        "Risk of one trade",
        "Size is chosen so that the stop costs no more.",
        K.SHARE,
        "% of equity",
    ),
    ("stop_required", "Stop required", "An opening order without a stop is refused.", K.YES_NO, ""),
    ("margin_buffer", "Margin kept free", "This much of equity stays available.", K.SHARE, "% of equity"),
    (
        "liquidation_gap",
        "Distance to liquidation",
        "Entry and liquidation lie at least this far apart.",
        K.SHARE,
        "% of price",
    ),
    ("open_orders", "Open orders", "So many may rest at the venue.", K.WHOLE, ""),
    ("open_orders_per_instrument", "Open orders of one pair", "So many of them of the same pair.", K.WHOLE, ""),
)
PRICE: Final[tuple[Row, ...]] = (
    ("price_collar", "Price collar", "A limit price lies no further from the mark price.", K.SHARE, "% of mark"),
    ("market_max_spread", "Widest spread", "No market order while the book is wider.", K.SHARE, "% of mid"),
    ("market_quote_age_s", "Quote age, market order", "The book must be newer for a market order.", K.SECONDS, "s"),
    ("quote_age_s", "Quote age", "Prices must be newer for any opening order.", K.SECONDS, "s"),
    (
        "reference_gap",
        "Last, mark and index",
        "They must agree this closely before anything opens.",
        K.SHARE,
        "% of price",
    ),
    ("decision_age_s", "Age of a decision", "An older decision cannot become an order.", K.SECONDS, "s"),
    ("decision_drift", "Drift since a decision", "The price may have moved this far.", K.SHARE, "% of price"),
)
PACE: Final[tuple[Row, ...]] = (
    ("orders_per_s", "Orders in a second", "More wait or are refused.", K.WHOLE, ""),
    ("orders_per_min", "Orders in a minute", "More are refused.", K.WHOLE, ""),
    ("orders_per_day", "Orders in a day", "More are refused until the next day, UTC.", K.WHOLE, ""),
    ("duplicate_window_s", "Equal orders", "The same order again within this time is refused.", K.SECONDS, "s"),
    ("entry_interval_s", "Between entries", "Entries into one pair lie this far apart.", K.SECONDS, "s"),
    ("fills_per_min", "Filled orders in a minute", "As many of one side pause the pair.", K.WHOLE, ""),
    ("flips_per_min", "Turns in a minute", "More changes of direction of one pair are refused.", K.WHOLE, ""),
    ("rejects_per_min", "Refusals in a minute", "As many refusals by the venue stop new entries.", K.WHOLE, ""),
    ("unknown_orders", "Unknown orders", "As many orders of unclear outcome stop trading.", K.WHOLE, ""),
    ("log_overdue_s", "AI log overdue", "A log that waits longer stops new entries.", K.SECONDS, "s"),
    (
        "event_logs_per_hour",
        "Logs without an order",
        "At most so many holds and vetoes are uploaded.",
        K.WHOLE,
        "an hour",
    ),
)
LOSS: Final[tuple[Row, ...]] = (
    ("daily_loss_reduce", "Loss of the day: reduce only", "From this loss on nothing opens.", K.SHARE, "% of equity"),
    ("daily_loss_halt", "Loss of the day: halt", "From this loss on trading is halted.", K.SHARE, "% of equity"),
    ("drawdown_reduce", "Fall from the peak: reduce only", "From this fall on nothing opens.", K.SHARE, "% of equity"),
    ("drawdown_halt", "Fall from the peak: halt", "From this fall on trading is halted.", K.SHARE, "% of equity"),
)
GUARDS: Final[tuple[Row, ...]] = (
    ("confidence_floor", "Least confidence", "A decision below it is not proposed.", K.SHARE, "%"),
    ("least_edge_bp", "Least edge", "Expected gain after costs must be above it.", K.FIGURE, "bp"),
    ("spread_bp", "Widest spread", "A pair with a wider spread is left alone.", K.FIGURE, "bp"),
    ("bar_age_intervals", "Age of the newest bar", "Older bars decide nothing.", K.FIGURE, "intervals"),
    ("account_age_s", "Age of the account's figures", "Older balance and positions decide nothing.", K.FIGURE, "s"),
    ("clock_error_ms", "Error of the clock", "The venue's time must be known this well.", K.WHOLE, "ms"),
    ("loss_cooldown_min", "Rest after a loss", "The pair is not opened again so long.", K.WHOLE, "min"),
    ("stop_cooldown_min", "Rest after a stop", "Doubled with each further stop of the day.", K.WHOLE, "min"),
    ("most_cooldown_min", "Longest rest", "No rest is longer.", K.WHOLE, "min"),
    ("turns_per_day", "Turns in a day", "A pair changes direction no more often.", K.WHOLE, ""),
    ("repeat_min", "Same entry again", "Pair, side and level again only after this.", K.WHOLE, "min"),
    ("opens_per_day", "Entries in a day", "More are not proposed.", K.WHOLE, ""),
    ("opens_per_cycle", "Entries of one cycle", "Only the best so many are proposed.", K.WHOLE, ""),
    ("waiting_proposals", "Cards that wait", "More are not put in front of a person.", K.WHOLE, ""),
    ("proposals_per_hour", "Proposals in an hour", "More are not proposed.", K.WHOLE, ""),
    ("net_exposure", "Net exposure", "Longs less shorts, either way.", K.SHARE, "% of equity"),
    ("stop_risk", "All stops together", "What goes when every related stop is hit.", K.SHARE, "% of equity"),
    ("correlated_from", "Related from", "Pairs that move together less do not add up.", K.FIGURE, "correlation"),
    ("hour_loss", "Loss of an hour", "After it nothing opens for a while.", K.SHARE, "% of equity"),
)
LIMIT_PAGES: Final[tuple[tuple[str, str, tuple[Row, ...]], ...]] = (
    ("Size and margin", "limits", SIZE),
    ("Prices", "limits", PRICE),
    ("Pace", "limits", PACE),
    ("Losses", "limits", LOSS),
    ("Guardrails", "guardrails", GUARDS),
)
