"""Arguments of the commands that read a journal: verify, pack, replay."""

import argparse
from pathlib import Path

from terminal.app.replay_options import add_day_options, checked_day, is_day, run_day

_WHERE = "journal file or profile folder (default: the profile's)"


def add_audit(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    verify = commands.add_parser("verify", help="check a journal or a judge pack: nothing missing, nothing changed")
    verify.add_argument("path", nargs="?", type=Path, metavar="PATH", help=f"judge pack (zip), {_WHERE}")
    _add_profile(verify)
    _add_key(verify)
    verify.set_defaults(run=_run_verify)
    pack = commands.add_parser("pack", help="one zip for a judge: journal, orders, AI logs, rules, a verifier")
    pack.add_argument("path", nargs="?", type=Path, metavar="PATH", help=_WHERE)
    _add_profile(pack)
    _add_key(pack)
    pack.add_argument("--out", type=Path, required=True, metavar="FILE", help="the zip file to write")
    pack.add_argument("--force", action="store_true", help="replace FILE if it exists")
    pack.add_argument(
        "--key-out", type=Path, metavar="FILE", help="write the chain key here, apart from the pack, for the judge"
    )
    pack.set_defaults(run=_run_pack)
    replay = commands.add_parser(
        "replay", help="trade a recorded day again; or make a stored decision again from its frozen inputs and compare"
    )
    replay.add_argument(
        "decision",
        type=_what,
        metavar="DAY|DECISION_ID",
        help="a recorded day such as 2026-11-21; or a decision's id, or 'all'",
    )
    replay.add_argument("path", nargs="?", type=Path, metavar="PATH", help=_WHERE)
    _add_profile(replay)
    add_day_options(replay)
    replay.set_defaults(run=_run_replay)


def _add_profile(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--profile", default="demo", metavar="NAME", help="profile to read (default: demo)")


def _add_key(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--key", type=Path, metavar="FILE", help="chain key in hex, where it is not beside the journal")


def _run_verify(options: argparse.Namespace) -> int:
    from terminal.app.audit_verify import verify_path

    return verify_path(options.path, options.profile, options.key)


def _run_pack(options: argparse.Namespace) -> int:
    from terminal.app.audit_pack import make_pack

    return make_pack(
        options.path, options.profile, options.key, options.out, key_out=options.key_out, force=options.force
    )


def _what(text: str) -> str:
    return checked_day(text) if is_day(text) else text


def _run_replay(options: argparse.Namespace) -> int:
    if is_day(options.decision):
        return run_day(options)
    from terminal.app.audit_replay import replay_decisions

    return replay_decisions(options.decision, options.path, options.profile)
