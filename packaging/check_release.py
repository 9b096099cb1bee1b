"""`python3 dev.py test --bundle`: the packaged program, tested as a person would meet it.

Freezes the program, runs its selftest, drives its window by keyboard on a screen of its own, and with
`--paint` holds its start against that of the sources; with `--root` also makes the .deb, installs it on a
bare Debian and takes it off again. Standard library only; packaging/README.md says what must be installed.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from check import bare_root, display, first_paint
from check.display import CheckFailed, missing_tools
from check.person import walk
from release.debian import make_deb
from release.environment import environment_python, make_environment
from release.facts import NAME, ROOT, ReleaseError, read_facts
from release.freeze import freeze
from release.sizes import folder_bytes, too_large

SELFTEST_LIMIT_S = 60.0
_SELFTEST_WITHIN_S = 400
_MEMORY = Path("/dev/shm")  # noqa: S108  # only folders made by tempfile lie there


def main(argv: list[str]) -> int:
    options = arguments().parse_args(argv)
    needs = {**display.NEEDS, **(bare_root.NEEDS if options.root else {})}
    missing = missing_tools(needs)
    if missing:
        print(f"Some programs are missing. Run: apt-get install -y {' '.join(missing)}", file=sys.stderr)
        return 1
    if options.root and os.geteuid() != 0:
        print("--root makes a file system with devices in it: run it as root.", file=sys.stderr)
        return 1
    began = time.monotonic()
    disk = tempfile.gettempdir()
    try:
        if _MEMORY.is_dir():  # homes of the desks: a busy build machine's slow disk halts trading, as it must
            tempfile.tempdir = os.environ["TMPDIR"] = str(_MEMORY)
        with tempfile.TemporaryDirectory(prefix="alphadesk-check-", ignore_cleanup_errors=True) as folder:
            if options.work is not None:
                check(options, options.work.resolve(), Path(folder))
            else:
                with tempfile.TemporaryDirectory(prefix="alphadesk-package-", dir=disk) as work:
                    check(options, Path(work), Path(folder))
    except (CheckFailed, ReleaseError) as error:
        print(f"FAIL {error}")
        return 1
    print(f"The packaged program passed in {time.monotonic() - began:.0f} s.")
    return 0


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="dev.py test --bundle", description="Test the packaged program.")
    parser.add_argument("--root", action="store_true", help="also install the .deb on a bare Debian (needs to be root)")
    parser.add_argument("--paint", action="store_true", help="also measure start to first paint against the sources")
    parser.add_argument(
        "--work", type=Path, metavar="DIR", help="keep environment, bundle and root here, and re-use them"
    )
    parser.add_argument("--reuse", action="store_true", help="test the bundle that lies in --work as it is")
    parser.add_argument(
        "--pictures",
        type=Path,
        default=ROOT / "out" / "bundle",
        metavar="DIR",
        help="where they go (default: out/bundle)",
    )
    return parser


def check(options: argparse.Namespace, work: Path, temporary: Path) -> None:
    """Do what was asked for, and tell each step.

    Raises:
        CheckFailed: the packaged program is not well.
        ReleaseError: it could not be made.
    """
    work.mkdir(parents=True, exist_ok=True)
    pictures: Path = options.pictures.resolve()
    pictures.mkdir(parents=True, exist_ok=True)
    bundle = work / "dist" / NAME
    facts = read_facts()
    if not (options.reuse and bundle.exists()):
        freeze(make_environment(work / "environment", facts), work, facts)
    large = too_large(bundle, [])
    if large:
        raise CheckFailed(large[0])
    tell("bundle", f"{folder_bytes(bundle) / 1e6:.0f} MB in {bundle}")
    program = bundle / NAME
    tell("selftest", selftest(program, pictures))
    home = temporary / "home"
    home.mkdir()
    walk(program, home, pictures)
    if options.paint:
        tell("first paint", paint(program, environment_python(work / "environment"), pictures))
    if options.root:
        deb = make_deb(bundle, work / "icons", work, facts, work)
        bare_root.check_on_bare_root(work / "root", deb)


def selftest(program: Path, out: Path) -> str:
    """Run the program's own test and read its report."""
    command = [str(program), "selftest", "--out", str(out)]
    own = {key: value for key, value in os.environ.items() if key not in {"PYTHONPATH", "ALPHADESK_HOME", "DISPLAY"}}
    done = subprocess.run(
        command, env=own, capture_output=True, text=True, check=False, timeout=_SELFTEST_WITHIN_S, cwd=out
    )
    if not done.stdout.strip():
        raise CheckFailed(f"selftest said nothing and ended with {done.returncode}:\n{done.stderr}")
    report = json.loads(done.stdout)
    bad = [each for each in report["steps"] if not each["ok"]]
    if bad or done.returncode != 0 or not report["packaged"]:
        raise CheckFailed(f"selftest ended with {done.returncode}: {bad or report}")
    slow = (
        "" if report["seconds"] <= SELFTEST_LIMIT_S else f"; promised are {SELFTEST_LIMIT_S:.0f} s on a quiet machine"
    )
    return f"{len(report['steps'])} steps in {report['seconds']} s{slow}"


def paint(program: Path, python: Path, pictures: Path) -> str:
    """Hold the start against that of the sources with the same libraries."""
    found = first_paint.measure([str(program)], [str(python), "-m", "terminal"], pictures)
    if found.ratio > first_paint.LIMIT:
        raise CheckFailed(f"first paint: {found.words}")
    return found.words


def tell(name: str, words: str) -> None:
    print(f"ok   {name}: {words}", flush=True)


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main(sys.argv[1:]))
