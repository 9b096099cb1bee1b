"""What goes into a bundle and what does not, the same for all systems; the spec files read it.

Measured reasons stand beside each rule. Nothing is ever stripped: numpy's linear algebra does
not load any more after it.
"""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
START = str(Path(__file__).resolve().parent / "start.py")

# Parts of large packages that nothing here imports, or imports only when a person has them.
EXCLUDED_MODULES = [
    "IPython",
    "OpenGL",
    "PySide6.QtPdf",
    "PySide6.QtQml",
    "PySide6.QtQuick",
    "PySide6.QtSql",
    "PySide6.QtVirtualKeyboard",
    "_pytest",
    "curses",
    "dask",
    "ensurepip",
    "idlelib",
    "lib2to3",
    "matplotlib",
    "pandas",
    "pip",
    "pkg_resources",
    "pyarrow",
    "pyqtgraph.examples",
    "pyqtgraph.jupyter",
    "pyqtgraph.opengl",
    "pytest",
    "readline",  # GPL, and nobody types into an interpreter here
    "regex",  # only tiktoken wants it
    "scipy.cluster",  # LightGBM wants SciPy's sparse matrices and nothing else of it: 75 MB, and a second BLAS
    "scipy.fft",
    "scipy.integrate",
    "scipy.interpolate",
    "scipy.io",
    "scipy.linalg",
    "scipy.ndimage",
    "scipy.optimize",
    "scipy.signal",
    "scipy.sparse.csgraph",
    "scipy.sparse.linalg",
    "scipy.spatial",
    "scipy.special",
    "scipy.stats",
    "setuptools",
    "sklearn",
    "test",
    "tiktoken",  # counts a language model's words by tables it would download
    "tkinter",
    "turtledemo",
    "uvloop",
    "wheel",
]

# Qt's plugins that a trading window does not need: screens without a desktop, other desktops' libraries, odd pictures.
_UNUSED_PLUGINS = re.compile(
    r"PySide6/(Qt/)?plugins/("
    r"egldeviceintegrations/|generic/|qmltooling/|sqldrivers/|virtualkeyboard/|platforminputcontexts/.*virtualkeyboard|"
    r"platforms/.*(eglfs|linuxfb|minimalegl|vnc|vkkhrdisplay|webgl|minimal)|"
    r"platformthemes/.*gtk3|"
    r"imageformats/.*(gif|icns|jp2|pdf|tga|tiff|wbmp|webp)"
    r")"
)
# Libraries that came only with a plugin left out above, or with a Qt module nothing imports.
_UNUSED_LIBRARIES = re.compile(
    r"(^|/)(lib(gtk-3|gdk-3|gdk_pixbuf|cairo|cairo-gobject|pango|pangocairo|pangoft2|atk|atk-bridge|atspi|harfbuzz|"
    r"epoxy|thai|datrie|fribidi|graphite2|pixman-1|Xcomposite|Xcursor|Xdamage|Xfixes|Xi|Xinerama|Xrandr|gio-2|"
    r"tiff|webp|jpeg|mount|blkid|selinux|pcre2-8|deflate|jbig|Lerc)([-.]|$)|"
    r"(lib)?Qt6(Qml|Quick|Pdf|Sql|VirtualKeyboard|EglF|Labs)[A-Za-z]*\.)"
)
# Linux: what has to fit the machine's own drivers, fonts and desktop is the machine's own. A C++ library older
# than the graphics driver was built with, for one, keeps the driver from loading. The .deb depends on them.
_THE_MACHINES_OWN = re.compile(
    r"(^|/)lib(stdc\+\+|gcc_s|X11|X11-xcb|Xau|Xdmcp|Xext|Xrender|xcb-glx|xcb-randr|xcb-render|xcb-shm|xcb-sync|"
    r"xcb-xfixes|bsd|md|fontconfig|freetype|expat|png16|brotlicommon|brotlidec|dbus-1|systemd|gcrypt|gpg-error|lz4|"
    r"cap|glib-2\.0|gobject-2\.0|gmodule-2\.0|gthread-2\.0|uuid)\.so"
)
_TRANSLATIONS = re.compile(r"PySide6/(Qt/)?translations/(?!qtbase_(en|zh))")
# Tests and C headers that packages carry along.
_DEVELOPER_FILES = re.compile(r"(^|/)(tests?|include)/.*\.(py|pyi|h|hpp|npy|npz|txt|csv|json)$|\.pyi$")

_RULES = (_UNUSED_PLUGINS, _UNUSED_LIBRARIES, _THE_MACHINES_OWN, _TRANSLATIONS, _DEVELOPER_FILES)

# Packages that ask for their own version at run time.
_TELL_THEIR_VERSION = (
    "genai-prices",
    "httpx",
    "keyring",
    "lightgbm",
    "logfire-api",
    "numpy",
    "openai",
    "opentelemetry-api",
    "orjson",
    "pydantic",
    "pydantic-ai-slim",
    "pydantic-graph",
    "websockets",
)


def hidden_imports() -> list[str]:
    """Modules that are loaded by name, or only when a person asks for what they do."""
    from PyInstaller.utils.hooks import collect_submodules  # noqa: PLC0415  # only where a release is made

    return [*collect_submodules("terminal"), "uvicorn.lifespan.off", "uvicorn.protocols.http.h11_impl"]


def data_files(build_mark: Path, licences: Path) -> list[tuple[str, str]]:
    """Pairs of file and folder in the bundle.

    `build_mark`: a file that holds the mark of the very sources the bundle is made from; `licences`: the
    texts of all that is packed.
    """
    from PyInstaller.utils.hooks import collect_data_files, copy_metadata  # noqa: PLC0415  # as above

    judge = ROOT / "terminal" / "storage" / "pack"
    metadata = [pair for name in _TELL_THEIR_VERSION for pair in copy_metadata(name)]
    return [
        (str(ROOT / "resources"), "resources"),
        (str(ROOT / "LICENSE"), "."),
        (str(licences), "."),
        (str(build_mark), "terminal"),
        # A judge pack carries its verifier as text.
        (str(judge / "judge_verify.py"), "terminal/storage/pack"),
        (str(judge / "judge_orders.py"), "terminal/storage/pack"),
        *collect_data_files("lightgbm", includes=["VERSION.txt"]),  # a fitted model names what grew its trees
        *metadata,
    ]


def wanted(entries: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """Leave out what the rules above name; `entries` are PyInstaller's (name in the bundle, file, kind)."""
    return [entry for entry in entries if not is_unused(entry[0])]


def is_unused(name: str) -> bool:
    """Tell whether a file, by its name in the bundle, is dead weight."""
    path = name.replace("\\", "/")
    if path.startswith("terminal/"):
        return False
    return any(rule.search(path) for rule in _RULES)
