"""Checks a judge pack. Needs Python 3.9 or newer and nothing else: no package, no network, no key of any account.

    python3 verify.py                         beside the unpacked files
    python3 verify.py PACK.zip
    python3 verify.py PACK.zip --key FILE     FILE holds the chain key in hex: checks the seals as well

Ends with 0 when nothing was changed and every order is traced from decision over approval to
accepted AI log, with 1 when something is damaged or was changed, and with 2 when nothing was
changed but some orders are not fully traced; each of those is named.
"""

from __future__ import annotations

import argparse
import hashlib
import hmac
import json
import re
import sys
import zipfile
from pathlib import Path
from typing import Any, Iterator  # noqa: UP035 - as Python 3.9 has it

from terminal.storage.pack.judge_orders import Event, Story, strangers, traces

FORMAT = "alphadesk-judge-pack/1"
JOURNAL = "journal.jsonl"
MANIFEST = "manifest.json"
SELECTIONS = ("decisions.jsonl", "approvals.jsonl", "orders.jsonl", "fills.jsonl", "ai_logs.jsonl")
WHOLE, CHANGED, UNTRACED = 0, 1, 2

_HEX = b'"([0-9a-f]{64})"'
_LINE = re.compile(
    b'\\{"chain":' + _HEX + b',"mac":' + _HEX + b',"prev":"([0-9a-f]{64}|)","row":(\\{.*\\}),"seq":([0-9]+)\\}',
    re.DOTALL,
)


class Damaged(Exception):
    """What is wrong, and at which record when it is about one."""

    def __init__(self, reason: str, seq: int | None = None) -> None:
        super().__init__(reason if seq is None else f"record {seq}: {reason}")
        self.reason = reason
        self.seq = seq


# -- the chain -----------------------------------------------------------------


def pack_line(seq: int, text: bytes, prev: bytes, mac: bytes, chain: bytes) -> bytes:
    """Give the line of one record, without its end; `text` is the row exactly as it was sealed."""
    return b'{"chain":"%b","mac":"%b","prev":"%b","row":%b,"seq":%d}' % (
        chain.hex().encode(),
        mac.hex().encode(),
        prev.hex().encode(),
        text,
        seq,
    )


def next_chain(chain: bytes, seq: int, text: bytes, mac: bytes) -> bytes:
    """chain_n = SHA-256(chain_{n-1} || seq as 8 bytes, big endian || row || mac); chain_0 is empty."""
    return hashlib.sha256(chain + seq.to_bytes(8, "big") + text + mac).digest()


def next_seal(key: bytes, prev: bytes, seq: int, text: bytes) -> bytes:
    """mac_n = HMAC-SHA256(key, mac_{n-1} || seq as 8 bytes, big endian || row); mac_0 is empty."""
    return hmac.digest(key, prev + seq.to_bytes(8, "big") + text, "sha256")


def events(journal: bytes, key: bytes | None = None) -> Iterator[Event]:
    """Derive the chain again, record by record; with the key the seals as well.

    Raises:
        Damaged: at the first record that does not fit.
    """
    chain = mac = b""
    lines = journal.split(b"\n")
    if lines.pop() != b"":
        raise Damaged("the journal's last line is cut off", len(lines) + 1)
    for seq, line in enumerate(lines, 1):
        found = _LINE.fullmatch(line)
        if found is None:
            raise Damaged("its line does not have the form of a record", seq)
        if int(found[5]) != seq:
            raise Damaged(f"record {seq} is missing", seq)
        if found[3].decode() != mac.hex():
            raise Damaged("it does not follow the record before it", seq)
        text, own = found[4], bytes.fromhex(found[2].decode())
        chain = next_chain(chain, seq, text, own)
        if chain.hex().encode() != found[1]:
            raise Damaged("its content does not match the chain", seq)
        if key is not None and own != next_seal(key, mac, seq, text):
            first = " (or the key is not the one it was written with)" if seq == 1 else ""
            raise Damaged(f"its content does not match its seal{first}", seq)
        mac = own
        yield _event(seq, text, own.hex())


def _event(seq: int, text: bytes, mac: str) -> Event:
    try:
        row = json.loads(text)
        return Event(seq, str(row["kind"]).split(".")[0], dict(row["body"]), mac)
    except (ValueError, KeyError, TypeError):
        raise Damaged("its text is not a record", seq) from None


# -- the files -----------------------------------------------------------------


def read_pack(path: Path) -> dict[str, bytes]:
    """Give every file of a pack, zipped or unpacked.

    Raises:
        Damaged: not a pack, or one whose files cannot be read.
    """
    try:
        if path.is_dir():
            return {item.name: item.read_bytes() for item in sorted(path.iterdir()) if item.is_file()}
        with zipfile.ZipFile(path) as pack:
            return {name: pack.read(name) for name in pack.namelist()}
    # A changed byte of a zip shows in many ways, some of them far from the zip module.
    except Exception:  # noqa: BLE001 - whatever it is, the file cannot be read
        raise Damaged(f"{path} cannot be read as a pack: it is damaged, or no pack. Ask for it again") from None


def check_manifest(files: dict[str, bytes]) -> dict[str, Any]:
    """Compare every file with the manifest and give the manifest.

    Raises:
        Damaged: a file is missing, more than there should be, or other than it was.
    """
    try:
        manifest = json.loads(files[MANIFEST])
        listed = dict(manifest["files"])
        if manifest["format"] != FORMAT:
            raise Damaged(f"the pack is of another format: {manifest['format']}")
        stated = {name: (int(entry["bytes"]), str(entry["sha256"])) for name, entry in listed.items()}
    except (ValueError, KeyError, TypeError):
        raise Damaged(f"{MANIFEST} is missing or cannot be read") from None
    for name, (size, sha256) in stated.items():
        content = files.get(name)
        if content is None:
            raise Damaged(f"{name} is missing")
        if len(content) != size or hashlib.sha256(content).hexdigest() != sha256:
            raise Damaged(f"{name} is not the file that was packed")
    # Whatever lies beside an unpacked pack is no part of it, but a zip holds nothing else.
    return dict(manifest)


def check_selections(files: dict[str, bytes], journal: list[Event]) -> None:
    """Compare the files made for reading with the journal they were taken from.

    Raises:
        Damaged: a line is not the journal's own record.
    """
    for name in SELECTIONS:
        for number, line in enumerate(files.get(name, b"").splitlines(), 1):
            try:
                entry = json.loads(line)
                told = journal[entry["seq"] - 1] if entry["seq"] > 0 else None
            except (ValueError, KeyError, TypeError, IndexError):
                raise Damaged(f"line {number} of {name} is not a record of the journal") from None
            if told is None or told.kind != entry.get("kind") or told.body != entry.get("record"):
                raise Damaged(f"line {number} of {name} is not what the journal says", entry["seq"])


# -- the command ---------------------------------------------------------------


def check_pack(files: dict[str, bytes], key: bytes | None = None) -> tuple[list[Event], Story]:
    """Check everything that can be damaged or changed.

    Raises:
        Damaged: the first thing that is wrong; a bad record before anything else.
    """
    if JOURNAL not in files:
        raise Damaged(f"{JOURNAL} is missing")
    journal = list(events(files[JOURNAL], key))
    manifest = check_manifest(files)
    head = manifest.get("head", {})
    if head.get("seq") != len(journal) or (journal and head.get("mac") != journal[-1].mac):
        raise Damaged(
            f"the journal ends at record {len(journal)}, but {head.get('seq')} had been packed", len(journal) + 1
        )
    check_selections(files, journal)
    try:
        return journal, Story(journal)
    except (KeyError, TypeError, AttributeError):
        raise Damaged("a record lacks what its kind must have; this verifier may be of another version") from None


def read_key(path: Path) -> bytes:
    """Read a chain key.

    Raises:
        Damaged: the file holds none.
    """
    try:
        key = bytes.fromhex(path.read_text("ascii").strip())
    except (OSError, ValueError):
        key = b""
    if len(key) != 32:  # 256 bits
        raise Damaged(f"{path} holds no chain key: 64 hexadecimal digits are wanted")
    return key


def report(files: dict[str, bytes], key: bytes | None) -> tuple[int, list[str]]:
    """Check a pack; give the exit code and what to say.

    Raises:
        Damaged: something is damaged or was changed.
    """
    journal, story = check_pack(files, key)
    orders = traces(story)
    seals = "seals and chain" if key is not None else "chain (seals not checked: no --key)"
    head = journal[-1].mac[:16] if journal else "none"
    lines = [f"Unchanged: {len(journal)} records, {seals}, every file as packed. Head {head}."]
    gaps = [
        f"Order {each.venue_order_id} ({each.client_order_id}): {'; '.join(each.missing)}"
        for each in orders
        if each.missing
    ]
    gaps += strangers(story)
    lines.append(f"Orders at the venue: {len(orders)}; fully traced: {sum(not each.missing for each in orders)}.")
    if gaps:
        return UNTRACED, [*lines, "Not fully traced:", *(f"  {gap}" for gap in gaps)]
    return WHOLE, lines


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Checks a judge pack; needs nothing but Python.")
    parser.add_argument(
        "pack", nargs="?", type=Path, help="zip file or unpacked folder (default: where this file lies)"
    )
    parser.add_argument("--key", type=Path, metavar="FILE", help="chain key in hex, to check the seals as well")
    options = parser.parse_args(arguments)
    try:
        key = None if options.key is None else read_key(options.key)
        code, lines = report(read_pack(options.pack or Path(__file__).resolve().parent), key)
    except Damaged as damage:
        code, lines = CHANGED, [f"NOT WHOLE. {damage}."]
    sys.stdout.write("\n".join(lines) + "\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
