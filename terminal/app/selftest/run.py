"""`alphadesk selftest`: does this installation work, from its files to an order with its accepted AI log."""

import importlib
import json
import os
import platform
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from terminal import __version__
from terminal.app.headless import make_folder
from terminal.app.own_program import is_packaged
from terminal.app.selftest import parts
from terminal.app.selftest.outcome import Protocol, StepFailed
from terminal.domain.errors import TerminalError
from terminal.services.build_mark import build_mark
from terminal.storage.paths import HOME_VARIABLE

WELL: Final = 0
NOT_WELL: Final = 1
JOURNAL: Final = "journal"


@dataclass(frozen=True, slots=True)
class SelftestOptions:
    """`out`: folder for report and picture, None keeps none. `patience_s`: how long a step on the desk may take."""

    out: Path | None = None
    patience_s: float = 120.0


def run_selftest(options: SelftestOptions) -> int:
    """Run all steps, tell each on standard error, print one JSON object; 0 when all is well, else 1.

    Nothing of the user's own profiles is read or written.

    Raises:
        ConfigError: the folder for the report cannot be made.
    """
    if options.out is not None:
        make_folder(options.out)
    began_s = time.monotonic()
    protocol = Protocol()
    protocol.run("libraries", parts.libraries)
    protocol.run("vault", parts.vault)
    protocol.run("training", parts.training)
    with tempfile.TemporaryDirectory(prefix="alphadesk-selftest-", ignore_cleanup_errors=True) as home:
        _on_a_desk(protocol, Path(home), options)
    report = {
        "ok": protocol.ok,
        "seconds": round(time.monotonic() - began_s, 1),
        **_machine(),
        "steps": protocol.as_record(),
    }
    text = json.dumps(report, ensure_ascii=False)
    print(text)
    if options.out is not None:
        (options.out / "selftest.json").write_text(text + "\n", "utf-8")
    return WELL if protocol.ok else NOT_WELL


def _on_a_desk(protocol: Protocol, home: Path, options: SelftestOptions) -> None:
    """Run a demo in a home of its own, then check what it left behind."""
    os.environ[HOME_VARIABLE] = str(home)
    if not protocol.run("window libraries", _window_libraries):
        protocol.skip(JOURNAL)
        return
    try:
        _run_desk(protocol, options)
    except TerminalError as error:
        words = str(error)
        protocol.run("desk", lambda: _fail(words))
    protocol.run(JOURNAL, _journal)


def _run_desk(protocol: Protocol, options: SelftestOptions) -> None:
    from terminal.app.selftest.desk_run import DeskRun
    from terminal.app.session import Session, SessionOptions
    from terminal.app.window_app import make_application
    from terminal.runtime.desk_loop import DeskLoop
    from terminal.runtime.qt_guard import check_installed_qt

    check_installed_qt()
    session = Session(SessionOptions())
    try:
        loop = DeskLoop(make_application())
        run = DeskRun(session, protocol, options.out, options.patience_s)
        with loop:
            loop.run_until_complete(run.checked())
    finally:
        session.abandon()


def _journal() -> str:
    """Read back the whole journal the desk wrote, with its seals."""
    from terminal.storage.journal import verify
    from terminal.storage.journal_place import journal_place, seal_key

    place = journal_place(None, "demo")
    result = verify(place.journal, seal_key(place, None))
    if not result.is_good:
        where = "" if result.first_bad_seq is None else f" at record {result.first_bad_seq}"
        raise StepFailed(f"The journal is not whole{where}: {result.reason}. Check this computer's disk.")
    if not result.records:
        raise StepFailed("The journal is empty: the desk recorded nothing. Check this computer's disk.")
    return f"{result.records:,} records, chain and seals checked"


def _window_libraries() -> str:
    try:
        importlib.import_module("terminal.app.selftest.desk_run")
    except ImportError as error:
        raise StepFailed(
            f"The window's libraries do not load ({error.msg}). On Debian and Ubuntu: "
            "apt install libgl1 libegl1 libxkbcommon0 libdbus-1-3 libfontconfig1 libglib2.0-0"
        ) from error
    from PySide6 import __version__ as qt_version

    return f"Qt {qt_version} loads"


def _fail(words: str) -> str:
    raise StepFailed(words)


def _machine() -> dict[str, object]:
    return {
        "version": __version__,
        "build": build_mark(),
        "packaged": is_packaged(),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
    }
