"""What lies in packaging/ for other tools: man page, desktop entry, icons, scripts for systems that are not here."""

import ast
import configparser
import plistlib
import re
import runpy
import shutil
import struct
import subprocess
from pathlib import Path

import pytest
from bundle_contents import EXCLUDED_MODULES, is_unused
from draw_icons import ICNS_KINDS, ICO_SIZES, draw, icns, ico
from PySide6.QtGui import QColor, QImage

from terminal import __version__
from terminal.app.cli import build_parser

PACKAGING = Path(__file__).resolve().parents[3] / "packaging"
MAN = (PACKAGING / "linux" / "alphadesk.1").read_text("utf-8")


def commands():
    parser = build_parser()
    return set(next(action.choices for action in parser._actions if isinstance(action.choices, dict)))


def test_the_man_page_tells_every_command_and_no_other():
    section = MAN.partition(".SH COMMANDS")[2].partition(".SH")[0]
    assert set(re.findall(r"^\.B (\S+)$", section, re.MULTILINE)) == commands()


def test_the_man_page_tells_every_option_of_the_window():
    told = set(re.findall(r"^\.BI? (\\-\\-[a-z]+)", MAN, re.MULTILINE))
    asked = {text for action in build_parser()._actions for text in action.option_strings if text.startswith("--")}
    assert {each.replace("\\", "") for each in told} == asked


@pytest.mark.skipif(shutil.which("man") is None, reason="not installed: man")
def test_the_man_page_is_well_formed():
    command = ["man", "--local-file", "--warnings", str(PACKAGING / "linux" / "alphadesk.1")]
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
    )
    assert done.stderr == ""


def test_the_desktop_entry_starts_the_program_with_its_icon():
    entry = configparser.ConfigParser(interpolation=None)
    entry.optionxform = str
    entry.read(PACKAGING / "linux" / "alphadesk.desktop", "utf-8")
    values = dict(entry["Desktop Entry"])
    assert (values["Exec"], values["Icon"], values["Type"]) == ("alphadesk", "alphadesk", "Application")
    assert values["Categories"].endswith(";")
    assert values["Terminal"] == "false"


def test_the_icon_is_drawn_in_its_colours():
    image = QImage.fromData(draw(64))
    assert (image.width(), image.height()) == (64, 64)
    assert image.pixelColor(0, 0).alpha() == 0, "the corner is round"
    assert image.pixelColor(50, 50) == QColor("#A78BFA")


def test_icon_files_point_at_the_pictures_they_hold():
    pictures = {size: draw(size) for size in ICO_SIZES}
    content = ico(pictures)
    assert struct.unpack_from("<3H", content) == (0, 1, len(ICO_SIZES))
    for number, size in enumerate(ICO_SIZES):
        side, *_, length, at = struct.unpack_from("<4B2H2I", content, 6 + 16 * number)
        assert side == size % 256
        assert content[at : at + length] == pictures[size]
    apple = icns({size: draw(size) for size in ICNS_KINDS})
    assert struct.unpack_from(">4sI", apple) == (b"icns", len(apple))


@pytest.mark.parametrize(
    "name",
    [
        "PySide6/Qt/plugins/platforms/libqeglfs.so",
        "PySide6/Qt/plugins/platformthemes/libqgtk3.so",
        "PySide6\\plugins\\imageformats\\qtiff.dll",
        "PySide6/Qt/translations/qtbase_de.qm",
        "libQt6EglFsKmsSupport.so.6",
        "libstdc++.so.6",
        "libfontconfig.so.1",
        "numpy/_core/tests/test_array.py",
    ],
)
def test_dead_weight_stays_out(name):
    assert is_unused(name)


@pytest.mark.parametrize(
    "name",
    [
        "PySide6/Qt/plugins/platforms/libqxcb.so",
        "PySide6/Qt/plugins/platforms/libqwayland-generic.so",
        "PySide6/Qt/plugins/platforms/libqoffscreen.so",
        "PySide6/Qt/plugins/imageformats/libqsvg.so",
        "PySide6/Qt/plugins/tls/libqopensslbackend.so",
        "PySide6/Qt/translations/qtbase_zh_CN.qm",
        "libxcb-cursor.so.0",
        "libgomp.so.1",
        "numpy.libs/libscipy_openblas64_-32a4b2a6.so",
        "certifi/cacert.pem",
        "terminal/storage/pack/judge_verify.py",
        "resources/icon.svg",
    ],
)
def test_what_the_program_needs_stays_in(name):
    assert not is_unused(name)


def test_nothing_the_program_imports_is_left_out():
    """Each excluded module is one no source file here names."""
    tops = {name for name in EXCLUDED_MODULES if not name.startswith(("PySide6", "numpy", "scipy", "pyqtgraph"))}
    named = set()
    for path in (PACKAGING.parent / "terminal").rglob("*.py"):
        named |= set(re.findall(r"^\s*(?:from|import) ([a-z_]+)", path.read_text("utf-8"), re.MULTILINE))
    assert tops & named == set()


def test_the_windows_version_resource_names_the_version():
    text = runpy.run_path(str(PACKAGING / "windows" / "version_info.py"))["version_info"](__version__)
    tree = ast.parse(text, mode="eval")
    assert tree.body.func.id == "VSVersionInfo"
    assert f"'{__version__}'" in text
    assert f"({__version__.replace('.', ', ')}, 0)" in text


@pytest.mark.skipif(shutil.which("makensis") is None, reason="not installed: makensis")
def test_the_windows_installer_compiles(tmp_path):
    bundle = tmp_path / "bundle"
    (bundle / "_internal").mkdir(parents=True)
    (bundle / "alphadesk.exe").touch()
    (bundle / "_internal" / "part.dll").touch()
    out = tmp_path / "alphadesk_setup.exe"
    script = str(PACKAGING / "windows" / "alphadesk.nsi")
    define = [f"-DVERSION={__version__}", f"-DBUNDLE={bundle}", f"-DOUT={out}"]
    done = subprocess.run(["makensis", "-V2", "-WX", *define, script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert out.read_bytes()[:2] == b"MZ"


def test_the_mac_entitlements_name_only_what_is_explained():
    rights = plistlib.loads((PACKAGING / "macos" / "entitlements.plist").read_bytes())
    assert {name.rpartition(".")[2] for name in rights} == {
        "allow-unsigned-executable-memory",
        "disable-library-validation",
        "client",
        "server",
    }


@pytest.mark.skipif(shutil.which("bash") is None, reason="not installed: bash")
def test_the_mac_script_is_one_the_shell_can_read():
    script = str(PACKAGING / "macos" / "build.sh")
    assert subprocess.run(["bash", "-n", script], capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize(
    "name", ["windows/alphadesk.nsi", "windows/build.ps1", "macos/build.sh", "macos/entitlements.plist"]
)
def test_scripts_for_other_systems_say_that_they_were_not_run(name):
    assert "NOT RUN" in (PACKAGING / name).read_text("utf-8")[:600]
