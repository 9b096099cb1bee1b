"""What the adapter is told about the account it meets."""

import json

import pytest

from helpers.fake_chance import SeededChance
from helpers.fake_clock import ManualClock
from terminal.app.venue_link import open_adapter
from terminal.net.route import DIRECT
from terminal.storage.profile_file import parse_connection
from terminal.storage.profiles import Endpoints

LINE = {
    "venue": "weex",
    "simulated": True,
    "rest": "http://127.0.0.1:8700",
    "ws_public": "ws://127.0.0.1:8700/v2/ws/public",
    "ws_private": "ws://127.0.0.1:8700/v2/ws/private",
    "key": "k",
    "secret": "s",
    "passphrase": "p",
}


@pytest.mark.parametrize(
    ("said", "continued"), [({}, False), ({"continued": False}, False), ({"continued": True}, True)]
)
@pytest.mark.asyncio
async def test_an_account_goes_on_when_the_exchange_says_so(said, continued):
    link = parse_connection(json.dumps(LINE | said), "The line")
    assert link.continued is continued
    adapter = open_adapter(
        Endpoints(link.rest_url, link.public_stream_url, link.private_stream_url),
        None,
        ManualClock(),
        SeededChance(1),
        api_version="v2",
        route=DIRECT,
        account_begins=not link.continued,
    )
    assert adapter.is_simulated
    assert adapter.keeps_account is continued
    await adapter.aclose()
