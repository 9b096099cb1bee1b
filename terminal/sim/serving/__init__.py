"""What every venue's loopback exchange shares; nothing here knows a venue's protocol.

    options      `StartOptions`, `Credentials`, `credentials_for(seed, venue)`
    clock        `SimClock`: exchange time, may run faster than ours
    founding     `new_market`, `opening_ms`, `saved_market`, `resume_ms`: fresh or continued
    venue        `ServedVenue`, the base of a venue: market, clock, faults, calls, and what its account must answer
    faults       `Fault`, `FaultScript`, `SHARED_KINDS`; a venue adds kinds of its own
    calls        `OrderCallLog`
    limits       `SlidingWindow`
    digits       decimals as text: `StepText`, `text`
    market_view  day, bars, trades and levels as text, before a protocol names them
    connection   `StreamConnection`: outbox, slow clients, the end of a stream client
    streams      what driver, load mode and control ask of a venue's streams
    control      the `_sim` endpoints
    store        the state file
    load         the load mode
    loopback     the socket and the web server; `cut` ends a connection without an answer
    kind         `Kind`: how a venue's exchange comes to be; its `run` and `running` start it
    server       `served(venue, front, listener, stop)` runs it all; `Front` is a venue's protocol
    program      arguments, the one JSON line, signals, exit codes

A venue is a package with `options.ExchangeOptions`, `venue.Venue`,
`server.running_exchange(options, monotonic=, stop=, market=)`,
`server.run(options)` and a `__main__`.
"""
