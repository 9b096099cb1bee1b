"""Calls to a venue's REST interface: `caller` (budget, clock, signature, retries), `sending` (once), `paging`."""
