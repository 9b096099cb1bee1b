"""How WEEX's streams are opened, and why one was refused."""

from terminal.domain.errors import MalformedReply
from terminal.net.stream.link import Refusal, plain_refusal
from terminal.net.wire.decode import decode_json
from terminal.venues.weex.codes import IP_RULE, IP_STATUS, code_and_message, rule_of


def refusal_words(refusal: Refusal) -> str:
    """Say why an upgrade was refused; the venue's own code is in the body, if anywhere."""
    if refusal.status == IP_STATUS:
        return IP_RULE.hint
    try:
        code, message = code_and_message(decode_json(refusal.body))
    except MalformedReply:
        code, message = "", ""
    if code:
        return f"{message} [{code}] {rule_of(code, message).hint}"
    return plain_refusal(refusal)
