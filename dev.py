#!/usr/bin/env python3
"""One script for everything a developer does here; standard library only.

    python3 dev.py run [arguments of alphadesk]   start the program (the demo by default)
    python3 dev.py test [arguments of pytest]     lint, types, layers and all tests (-n 0: in one process, to debug)
    python3 dev.py test --branches                every branch of what decides about orders is tested (part of `test`)
    python3 dev.py bench [--only NAME] [--runs N] [--json FILE] [--record]   speed and memory, measured
    python3 dev.py pictures [--record]            a page with the recorded and the present look of every panel
    python3 dev.py manual                         take the pictures of the README and the manual anew
    python3 dev.py package [--out DIR]            .deb, .tar.xz, parts list, checksums, from a clean environment
    python3 dev.py test --bundle [--root]         freeze, selftest, drive the window; --root: .deb on a bare Debian

The first call prepares `.venv`; later calls re-use it until pyproject.toml or
constraints.txt change. On Debian and Ubuntu, as root, missing system libraries are
installed; otherwise the exact line to run is printed.
"""

from __future__ import annotations

import ctypes
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
STAMP = VENV / "alphadesk-stamp"
OLDEST, NEWEST = (3, 11), (3, 13)
# Much of the suite waits for programs it has started, so one process more than a small machine has
# cores; not more on a larger one, because the longest file would not get shorter.
TEST_PROCESSES = 3

# What Qt loads at run time, and the Debian package that brings it.
OFFSCREEN_LIBRARIES = {
    "libglib-2.0.so.0": "libglib2.0-0",
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libgomp.so.1": "libgomp1",  # LightGBM
}
DISPLAY_LIBRARIES = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}


def main(argv: list[str]) -> int:
    commands = {
        "run": run,
        "test": test,
        "bench": bench,
        "pictures": pictures,
        "manual": manual,
        "package": package,
    }
    if not argv or argv[0] in {"-h", "--help"} or argv[0] not in commands:
        print(__doc__)
        return 0 if argv and argv[0] in {"-h", "--help"} else 2
    check_python()
    if argv[0] == "package":  # works in an environment of its own
        return package(argv[1:])
    if argv[0] == "test" and "--bundle" in argv:
        return check_bundle([each for each in argv[1:] if each != "--bundle"])
    ensure_system_libraries()
    ensure_environment()
    compile_to_bytecode(ROOT / "terminal")
    return commands[argv[0]](argv[1:])


def run(arguments: list[str]) -> int:
    return subprocess.call([str(PYTHON), "-m", "terminal", *arguments], cwd=ROOT)


def test(arguments: list[str]) -> int:
    """Run every check; all of them, even after one failed, so that one run tells everything."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONDONTWRITEBYTECODE": "1"}
    branches = [str(PYTHON), "-m", "tests.branches"]
    if "--branches" in arguments:
        return subprocess.call(branches, cwd=ROOT, env=environment)
    steps = [
        ("lint", [str(BIN / "ruff"), "check", "."]),
        ("format", [str(BIN / "ruff"), "format", "--check", "."]),
        ("types", [str(BIN / "mypy")]),
        ("layers", [str(BIN / "lint-imports"), "--no-cache"]),
        ("tests", [str(PYTHON), "-m", "pytest", f"-n{TEST_PROCESSES}", "--dist=loadscope", *arguments]),
        ("branches", branches),
    ]
    failed = []
    for name, command in steps:
        print(f"\n== {name}: {' '.join(Path(part).name if part.startswith('/') else part for part in command)}")
        sys.stdout.flush()
        began = time.monotonic()
        code = subprocess.call(command, cwd=ROOT, env=environment)
        print(f"== {name}: {'ok' if code == 0 else f'failed ({code})'} in {time.monotonic() - began:.0f} s")
        if code != 0:
            failed.append(name)
    print(f"\n{'All checks passed.' if not failed else 'Failed: ' + ', '.join(failed)}")
    return 1 if failed else 0


def bench(arguments: list[str]) -> int:
    return subprocess.call([str(PYTHON), "-m", "tests.bench", *arguments], cwd=ROOT)


def package(arguments: list[str]) -> int:
    return subprocess.call([sys.executable, str(ROOT / "packaging" / "make_release.py"), *arguments], cwd=ROOT)


def check_bundle(arguments: list[str]) -> int:
    """Test the packaged program rather than the sources; see packaging/README.md for what it needs."""
    return subprocess.call([sys.executable, str(ROOT / "packaging" / "check_release.py"), *arguments], cwd=ROOT)


def pictures(arguments: list[str]) -> int:
    """Put recorded and present pictures side by side for a person; `--record` takes the present ones as right."""
    page = ROOT / "out" / "pictures.html"
    options = [f"--picture-page={page}", *(["--record-pictures"] if "--record" in arguments else [])]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    command = [str(PYTHON), "-m", "pytest", "-q", "tests/qt/pictures", "-k", "recorded", *options]
    code = subprocess.call(command, cwd=ROOT, env=environment)
    print(f"Look at {page}")
    return code


def manual(arguments: list[str]) -> int:
    """Take anew, in one run of the demo, every picture a page shows; further arguments go to `alphadesk shot`."""
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    names = {name for page in pages for name in re.findall(r"pictures/([\w-]+)\.png", page.read_text("utf-8"))}
    options = ["--out", "docs/manual/pictures", "--only", ",".join(sorted(names)), "--seconds", "60"]
    environment = {**os.environ, "LOGNAME": "operator"}  # nobody's own name stands on them
    command = [str(PYTHON), "-m", "terminal", "shot", *options, *arguments]
    return subprocess.call(command, cwd=ROOT, env=environment)


def check_python() -> None:
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        found = ".".join(map(str, sys.version_info[:3]))
        sys.exit(f"Alpha Desk needs Python 3.11, 3.12 or 3.13; this is {found}. Start dev.py with one of those.")


def ensure_system_libraries() -> None:
    """Install what Qt needs from the system, or say how."""
    if not sys.platform.startswith("linux"):
        return
    wanted = dict(OFFSCREEN_LIBRARIES)
    if os.environ.get("DISPLAY"):
        wanted.update(DISPLAY_LIBRARIES)
    packages = [package for library, package in wanted.items() if not loads(library)]
    if importlib.util.find_spec("ensurepip") is None:
        packages.append("python3-venv")
    if packages:
        install_packages(packages)


def loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def install_packages(packages: list[str]) -> None:
    line = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        sys.exit(f"Some system libraries are missing. Run this once, then start again:\n\n    sudo {' '.join(line)}\n")
    print(f"Installing system libraries: {' '.join(packages)}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update", "-qq"], line):
        if subprocess.call(command, env=environment, stdout=subprocess.DEVNULL) != 0:
            sys.exit(f"This failed; run it by hand to see why:\n\n    {' '.join(command)}\n")


def ensure_environment() -> None:
    """Make or refresh `.venv`; nothing is done when its recipe has not changed."""
    recipe = environment_recipe()
    if PYTHON.exists() and STAMP.exists() and STAMP.read_text() == recipe:
        return
    if not PYTHON.exists() or not runs(PYTHON):
        print("Making .venv")
        shutil.rmtree(VENV, ignore_errors=True)
        call([sys.executable, "-m", "venv", str(VENV)], "Python could not make a virtual environment.")
    print("Installing the packages (about a minute the first time)")
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    call(
        [*pip, "-c", "constraints.txt", "-e", ".[dev]"],
        "The packages could not be installed: look at the lines above; a missing network is the usual cause.",
    )
    compile_to_bytecode(VENV)
    STAMP.write_text(recipe)


def compile_to_bytecode(folder: Path) -> None:
    """Compile what is not compiled yet; where PYTHONDONTWRITEBYTECODE is set every start would do it anew."""
    # Some packages carry files for other Pythons; that these do not compile is nobody's fault.
    subprocess.call([str(PYTHON), "-m", "compileall", "-qq", "-j", "2", str(folder)])


def environment_recipe() -> str:
    digest = hashlib.sha256()
    for name in ("pyproject.toml", "constraints.txt"):
        digest.update((ROOT / name).read_bytes())
    return f"{sys.version_info[0]}.{sys.version_info[1]} {digest.hexdigest()}"


def runs(python: Path) -> bool:
    """Tell whether the environment's interpreter works and is of this version."""
    code = "import sys; print(*sys.version_info[:2])"
    result = subprocess.run([str(python), "-c", code], capture_output=True, text=True, check=False)
    return result.stdout.split() == [str(part) for part in sys.version_info[:2]]


def call(command: list[str], message: str) -> None:
    if subprocess.call(command, cwd=ROOT) != 0:
        sys.exit(message)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
