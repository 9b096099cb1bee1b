import io
import logging

import pytest

from terminal.net.redact import MASK, SecretFilter, quiet_libraries

KEY, SECRET, PHRASE = "weex_key_0001", "weex-secret-0001", "phrase 0001"


@pytest.fixture
def written():
    """A logger behind the filter; gives it and what it wrote."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    secrets = SecretFilter()
    secrets.watch(KEY, SECRET, PHRASE, "")
    handler.addFilter(secrets)
    logger = logging.getLogger("redact-test.child")
    parent = logging.getLogger("redact-test")
    parent.addHandler(handler)
    parent.setLevel(logging.DEBUG)
    parent.propagate = False
    yield logger, stream
    parent.removeHandler(handler)


@pytest.mark.parametrize("level", [logging.DEBUG, logging.ERROR])
def test_r10_secrets_in_message_and_arguments(written, level):
    logger, stream = written
    logger.log(level, "key %s secret %s and %s, %d left", KEY, {"s": SECRET}, PHRASE, 3)
    text = stream.getvalue()
    assert text.count(MASK) == 3
    assert "3 left" in text
    assert not any(secret in text for secret in (KEY, SECRET, PHRASE))


@pytest.mark.parametrize(
    "text",
    [
        "headers {'ACCESS-SIGN': 'q1w2e3==', 'locale': 'en'}",
        "> access-sign: q1w2e3==",
        "b'ACCESS-SIGN', b'q1w2e3=='",
        "https://host/x?signature=q1w2e3==&a=1",
        "{'X-HK-APIKEY': 'q1w2e3'}",
        "x-api-key: q1w2e3",
        "listenKey=q1w2e3&timestamp=1",
    ],
)
def test_r10_signatures_nobody_told_us_about(written, text):
    logger, stream = written
    logger.warning(text)
    assert "q1w2e3" not in stream.getvalue()
    assert MASK in stream.getvalue()


def test_r10_secrets_in_tracebacks(written):
    logger, stream = written
    try:
        int(SECRET)  # its error quotes the text
    except ValueError:
        logger.exception("failed", stack_info=True)
    assert "Traceback" in stream.getvalue()
    assert SECRET not in stream.getvalue()


def test_ordinary_text_is_left_alone():
    secrets = SecretFilter()
    secrets.watch("abc")  # too short to be a secret: it would blank out words
    assert secrets.redact("abc order 596471064624628269 filled") == "abc order 596471064624628269 filled"


def test_a_secret_inside_a_longer_one_does_not_leave_the_rest():
    secrets = SecretFilter()
    secrets.watch("abcd", "abcdefgh")
    assert secrets.redact("abcdefgh") == MASK


def test_libraries_are_held_at_warning():
    quiet_libraries()
    for name in ("httpx", "httpcore.http11", "websockets.client"):
        assert logging.getLogger(name).getEffectiveLevel() >= logging.WARNING
