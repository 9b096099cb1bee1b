"""Every venue package as source: the four of the program, and the template of the guide."""

import ast
import importlib
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[2]
TEMPLATE_FOLDER = ROOT / "docs" / "venue-template"
_CODES = re.compile(r"-?[0-9]{3,6}( -?[0-9]{3,6})*", re.ASCII)
_TABLES = re.compile(r"RULES|_TABLE|_CLASSES", re.ASCII)


@dataclass(frozen=True)
class Package:
    """`name` as it is imported; `vectors` the file its signatures are checked against."""

    title: str
    name: str
    folder: Path
    vectors: Path

    @property
    def sources(self) -> list[Path]:
        return sorted(self.folder.rglob("*.py"))

    def module(self, name: str) -> ModuleType:
        return importlib.import_module(f"{self.name}.{name}")

    def trees(self) -> Iterator[tuple[Path, ast.Module]]:
        for path in self.sources:
            yield path, ast.parse(path.read_text())

    def named_codes(self) -> Counter[str]:
        """Count how often the error table of `codes` names each code, as a key or in a list of words."""
        tree = ast.parse((self.folder / "codes.py").read_text())
        found: Counter[str] = Counter()
        for statement in tree.body:
            if _is_table(statement):
                found.update(_codes_in(statement))
        return found


def _is_table(statement: ast.stmt) -> bool:
    """Tell whether a statement makes a table, or adds rows to one: `RULES = ...`, `RULES.update(...)`."""
    if isinstance(statement, ast.Assign | ast.AnnAssign):
        return bool(_TABLES.match(ast.unparse(statement).partition(":")[0].partition("=")[0].strip()))
    return isinstance(statement, ast.Expr) and ast.unparse(statement).startswith("RULES.update(")


def _codes_in(statement: ast.stmt) -> Iterator[str]:
    for node in ast.walk(statement):
        negative = isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub)
        if negative and isinstance(node.operand, ast.Constant):
            yield f"-{node.operand.value}"
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and _CODES.fullmatch(node.value):
            yield from node.value.split()


def _of_program(name: str, title: str) -> Package:
    folder = ROOT / "terminal" / "venues" / name
    vectors = ROOT / "tests" / "unit" / "venues" / name / f"test_{name}_signing.py"
    return Package(title, f"terminal.venues.{name}", folder, vectors)


TEMPLATE = Package("template", "yourvenue", TEMPLATE_FOLDER / "yourvenue", TEMPLATE_FOLDER / "signing_vectors.json")
OURS = (
    _of_program("weex", "weex"),
    _of_program("hashkey", "hashkey"),
    _of_program("woox", "woox"),
    _of_program("bitz", "bitz"),
)
PACKAGES = (*OURS, TEMPLATE)
if str(TEMPLATE_FOLDER) not in sys.path:
    sys.path.append(str(TEMPLATE_FOLDER))  # it is no part of the program, so nothing installs it
