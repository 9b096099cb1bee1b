import asyncio
import socket

import pytest
import pytest_asyncio

from terminal.domain.errors import VenueUnavailable
from terminal.net.http import HttpClient, HttpRequest
from terminal.net.route import DIRECT, IpFamily, Route

READ = HttpRequest("GET", "/time", {}, b"", is_write=False)


async def _answer(reader, writer):
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
    await writer.drain()
    writer.close()


@pytest_asyncio.fixture
async def port():
    server = await asyncio.start_server(_answer, "127.0.0.1")  # an IPv4 address only, behind a name that has both
    yield server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()


@pytest.mark.asyncio
@pytest.mark.parametrize("family", [IpFamily.ANY, IpFamily.IPV4])
async def test_n18_a_pinned_family_reaches_an_address_of_its_kind(port, family):
    client = HttpClient(f"http://localhost:{port}", venue="TEST", route=Route(ip_family=family))
    assert (await client.send(READ)).body == b"{}"
    await client.aclose()


@pytest.mark.asyncio
async def test_n18_a_pinned_family_never_flips_to_the_other(port):
    client = HttpClient(f"http://localhost:{port}", venue="TEST", route=Route(ip_family=IpFamily.IPV6))
    with pytest.raises(VenueUnavailable):
        await client.send(READ)
    await client.aclose()


def test_n18_streams_use_the_same_family():
    families = [Route(ip_family=family).socket_family for family in IpFamily]
    assert families == [socket.AF_UNSPEC, socket.AF_INET, socket.AF_INET6]
    assert DIRECT.socket_family == socket.AF_UNSPEC
