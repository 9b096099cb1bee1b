import pytest

from terminal.domain.errors import ConfigError
from terminal.net.hosts import (
    BITZ_HOSTS,
    HASHKEY_HOSTS,
    WEEX_HOSTS,
    WOOX_HOSTS,
    is_loopback,
    rest_url,
    stream_url,
)

GOOD_REST = ["https://api-contract.weex.com", "https://api-contract.weex.com/", "https://api-contract.weex.com:443"]
LOCAL_REST = ["http://127.0.0.1:8080", "http://localhost:1/", "http://[::1]:8080"]


@pytest.mark.parametrize("url", GOOD_REST + LOCAL_REST)
def test_rest_addresses_we_allow(url):
    assert not rest_url(url).endswith("/")  # N17: one slash before /capi
    assert is_loopback(url) is (url in LOCAL_REST)


@pytest.mark.parametrize("url", ["wss://ws-contract.weex.com/v2/ws/private", "ws://127.0.0.1:99/v2/ws/public"])
def test_stream_addresses_we_allow(url):
    assert stream_url(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "http://api-contract.weex.com",
        "https://api-contract.weex.com.evil.example",
        "https://evil.example/api-contract.weex.com",
        "https://user@api-contract.weex.com",
        "https://api-contract.weex.com@evil.example",
        "https://api-contract.weex.com:8443",
        "https://api-contract.weex.com/proxy",
        "https://api-contract.weex.com?x=1",
        "https://ws-contract.weex.com",
        "https://127.0.0.1:8080",
        "http://127.0.0.2:8080",
        "http://10.0.0.1",
        "http://0.0.0.0:1",
        "http://127.0.0.1.evil.example",
        "http://127.0.0.1:99999",
        "ftp://127.0.0.1",
        "file:///etc/passwd",
        "http://[::1",
        "",
    ],
)
def test_r11_everything_else_is_refused(url):
    with pytest.raises(ConfigError):
        rest_url(url)


@pytest.mark.parametrize("url", ["ws://ws-contract.weex.com/v2/ws/private", "wss://evil.example/", "https://127.0.0.1"])
def test_r11_streams_likewise(url):
    with pytest.raises(ConfigError):
        stream_url(url)


OTHERS = [HASHKEY_HOSTS, WOOX_HOSTS, BITZ_HOSTS]


@pytest.mark.parametrize("hosts", OTHERS)
def test_r11_one_venues_key_never_goes_to_anothers_host(hosts):
    for other in {WEEX_HOSTS, *OTHERS} - {hosts}:
        for name in other.rest:
            with pytest.raises(ConfigError, match="not allowed"):
                rest_url(f"https://{name}", hosts)
        for name in other.stream:
            with pytest.raises(ConfigError, match="not allowed"):
                stream_url(f"wss://{name}/x", hosts)


@pytest.mark.parametrize("hosts", [WEEX_HOSTS, *OTHERS])
def test_a_venues_own_hosts_and_this_machine_are_reached(hosts):
    for name in hosts.rest:
        assert rest_url(f"https://{name}/", hosts) == f"https://{name}"
        with pytest.raises(ConfigError):
            rest_url(f"http://{name}", hosts)
    for name in hosts.stream:
        assert stream_url(f"wss://{name}/a", hosts) == f"wss://{name}/a"
    assert rest_url("http://127.0.0.1:8", hosts) == "http://127.0.0.1:8"
    assert stream_url("ws://127.0.0.1:8/a", hosts) == "ws://127.0.0.1:8/a"


def test_a_venue_that_is_gone_has_no_address_but_this_machine():
    with pytest.raises(ConfigError, match="only to the built-in exchange"):
        rest_url("https://apiv2.bitz.com", BITZ_HOSTS)
