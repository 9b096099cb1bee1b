"""A spot account on a simulated market: coins, free and locked, instead of margin and positions.

rules     `SpotRules`: steps and fees of a pair; a venue's own filters are the venue's affair
records   orders, fills, flows, holdings, events
books     `SpotBooks`: everything the account holds
desk      `SpotDesk`: takes, matches and cancels orders, and locks what they may spend
exchange  `SpotAccount` (the desk on its books) and `SpotExchange` (an account and its market)
state     the books as JSON and back
"""
