import json
from hashlib import sha256

import pytest

from terminal.domain.ai_log import AiLog, AiLogState, upload_body

CONTENT = '{"explanation":"Größe ✓","stage":"Decision Making"}'.encode()


def log(**changes):
    base = {
        "log_id": "l1",
        "decision_id": "d1",
        "client_order_id": "c1",
        "stage": "Decision Making",
        "model": "m",
        "content": CONTENT,
        "content_sha256": sha256(CONTENT).hexdigest(),
        "state": AiLogState.WAITING,
        "created_ms": 1,
    }
    return AiLog(**{**base, **changes})


def test_the_order_id_goes_in_as_an_integer_of_full_precision():
    body = upload_body(CONTENT, "596471064624628269")
    assert json.loads(body)["orderId"] == 596471064624628269
    assert body.endswith(CONTENT[1:])


def test_no_order_gives_null():
    assert json.loads(upload_body(CONTENT, None))["orderId"] is None


@pytest.mark.parametrize("order_id", ["12a", "", "-5", "１２"])
def test_an_id_that_is_no_number_is_refused(order_id):
    with pytest.raises(ValueError, match="not a number"):
        upload_body(CONTENT, order_id)


@pytest.mark.parametrize("content", [b"", b"[]", b"{}"])
def test_content_that_is_no_object_is_refused(content):
    with pytest.raises(ValueError, match="JSON object"):
        upload_body(content, None)


def test_one_changed_byte_is_noticed():
    assert log().is_intact
    assert not log(content=CONTENT.replace(b"D", b"d")).is_intact
