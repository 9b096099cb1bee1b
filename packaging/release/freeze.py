"""From sources to a folder that runs without Python: icons, build mark, PyInstaller, licences."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from release.facts import NAME, PACKAGING, ROOT, Facts, ReleaseError, run, say
from release.licences import licence_texts


def freeze(python: Path, work: Path, facts: Facts) -> Path:
    """Make the bundle in `work`; give its folder.

    Raises:
        ReleaseError: a step failed.
    """
    icons, mark, texts = work / "icons", work / "build-mark.txt", work / "THIRD-PARTY-LICENCES.txt"
    offscreen = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    run([str(python), str(PACKAGING / "draw_icons.py"), str(icons)], what="Drawing the icon", env=offscreen)
    mark.write_text(mark_of_sources(), "ascii")
    texts.write_text(licence_texts(python), "utf-8")
    say("Freezing (some minutes)")
    environment = {
        **os.environ,
        "ALPHADESK_ICONS": str(icons),
        "ALPHADESK_BUILD_MARK": str(mark),
        "ALPHADESK_LICENCES": str(texts),
        "ALPHADESK_VERSION": facts.version,
        **_windows_resource(work, facts),
        "SOURCE_DATE_EPOCH": str(facts.epoch_s),
        "PYTHONHASHSEED": "1",  # or sets are written into the bytecode in another order each time
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    folders = ["--distpath", str(work / "dist"), "--workpath", str(work / "work"), "--noconfirm", "--log-level", "WARN"]
    recipe = str(PACKAGING / f"{NAME}.spec")
    run([str(python), "-m", "PyInstaller", *folders, recipe], what="PyInstaller", env=environment)
    bundle = work / "dist" / NAME
    _drop_debug_symbols(bundle)
    return bundle


def mark_of_sources() -> str:
    """Give the mark the program itself would have when run from these sources.

    Raises:
        ReleaseError: the sources do not load.
    """
    code = (
        "import sys; from pathlib import Path; from terminal.services.build_mark import source_mark; "
        "sys.stdout.write(source_mark(Path('terminal')))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise ReleaseError(f"The sources do not load:\n{done.stderr}")
    return done.stdout


def _windows_resource(work: Path, facts: Facts) -> dict[str, str]:
    """Write what Explorer shows of a program; nothing elsewhere."""
    if sys.platform != "win32":
        return {}
    target = work / "version_info.txt"
    script = str(PACKAGING / "windows" / "version_info.py")
    run([sys.executable, script, facts.version, str(target)], what="Writing the version resource")
    return {"ALPHADESK_VERSION_INFO": str(target)}


def _drop_debug_symbols(bundle: Path) -> None:
    """Take them from Python's own library, 17 of its 23 MB where it was built by hand.

    Only from this one: numpy's linear algebra does not load any more after it.
    """
    for library in (bundle / "_internal").glob("libpython3*.so.*"):
        if not library.is_symlink() and shutil.which("strip"):
            run(["strip", "--strip-unneeded", str(library)], what="Dropping debug symbols")
