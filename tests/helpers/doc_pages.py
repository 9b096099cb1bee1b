"""The pages a person reads, and what they may name."""

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
MANUAL = ROOT / "docs" / "manual"
PAGES = sorted([ROOT / "README.md", ROOT / "packaging" / "README.md", *(ROOT / "docs").rglob("*.md")])
_FENCE = re.compile(r"^( {4,}|\t)")
_INLINE = re.compile(r"`([^`\n]+)`")


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@cache
def text_of(page: Path) -> str:
    return page.read_text("utf-8")


def prose_of(page: Path) -> str:
    """Give a page without blocks of code and inline code, paragraphs on one line."""
    lines = [line for line in text_of(page).split("\n") if not _FENCE.match(line) or line.strip().startswith("*")]
    return _INLINE.sub("", re.sub(r"(?<=\S)\n\s*(?=[^\s|#*-])", " ", "\n".join(lines)))


def inline_code(page: Path) -> list[str]:
    return _INLINE.findall(re.sub(r"\n\s*", " ", re.sub(r"\n\n", "\n`\n`\n", text_of(page)))) + _INLINE.findall(
        text_of(page)
    )


def code_lines(page: Path) -> list[str]:
    """Give the lines of the blocks of code, without comments."""
    found = [line.strip() for line in text_of(page).split("\n") if _FENCE.match(line)]
    return [re.sub(r"\s+#\s.*$", "", line) for line in found if line]


@cache
def spoken() -> tuple[str, ...]:
    """Give every text in the program's source; the parts between figures of one that holds figures."""
    found: list[str] = []
    for path in sorted((ROOT / "terminal").rglob("*.py")):
        nodes = ast.walk(ast.parse(path.read_text("utf-8")))
        found += [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return tuple(found)
