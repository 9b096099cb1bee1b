"""Writes the version resource of alphadesk.exe, in the form PyInstaller reads.

NOT RUN ON WINDOWS: that the text is what PyInstaller wants is checked by reading it with PyInstaller's own
reader where that can be imported; how Explorer shows it is not.

    python version_info.py VERSION FILE
"""

from __future__ import annotations

import sys
from pathlib import Path

_TEMPLATE = """VSVersionInfo(
  ffi=FixedFileInfo(filevers={numbers}, prodvers={numbers}, mask=0x3F, flags=0x0, OS=0x40004, fileType=0x1,
                    subtype=0x0, date=(0, 0)),
  kids=[
    StringFileInfo([StringTable('040904B0', [
      StringStruct('CompanyName', 'The Alpha Desk team'),
      StringStruct('FileDescription', 'Alpha Desk'),
      StringStruct('FileVersion', '{version}'),
      StringStruct('InternalName', 'alphadesk'),
      StringStruct('LegalCopyright', 'MIT licence'),
      StringStruct('OriginalFilename', 'alphadesk.exe'),
      StringStruct('ProductName', 'Alpha Desk'),
      StringStruct('ProductVersion', '{version}'),
    ])]),
    VarFileInfo([VarStruct('Translation', [1033, 1200])]),
  ],
)
"""


def version_info(version: str) -> str:
    """Give the text; `version` is three numbers with points between."""
    numbers = (*(int(part) for part in version.split(".")), 0)
    return _TEMPLATE.format(version=version, numbers=numbers)


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(version_info(sys.argv[1]), "utf-8")
