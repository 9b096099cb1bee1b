"""What every venue package is made of, whatever it speaks: looked at in its source, the guide's template included."""

import ast
import re

import pytest
from packages import OURS, PACKAGES, ROOT, TEMPLATE
from speakers import SPEAKERS

from terminal.domain.venues import SITES

BELOW = ("terminal.domain", "terminal.ports", "terminal.net")
PARTS = {"adapter", "signing", "codes", "classify", "placing"}
WALL = re.compile(r"\btime\.(time|monotonic|sleep)\(|\basyncio\.sleep\(|datetime\.now\(|\brandom\.|\bsecrets\.")
SIGNATURE = re.compile(r"\b[0-9a-f]{32}\b|\b[0-9a-f]{64}\b|[A-Za-z0-9+/]{43}=")
ENUM_WORDS = re.compile(r"\b[A-Z]+_[A-Z_]+\b|\bNone\b|Error\b|Exception\b")

each_package = pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.title)


@each_package
def test_it_has_the_parts_the_guide_names(package):
    modules = {path.stem for path in package.folder.glob("*.py")}
    folders = {path.name for path in package.folder.iterdir() if path.is_dir()}
    missing = PARTS - modules
    if package.title == "weex":  # two dialects, so what is sent stands in `rest`
        missing -= {"placing"} if "rest" in folders else set()
    assert not missing


@each_package
def test_it_imports_only_downward_and_no_other_venue(package):
    found = []
    for path, tree in package.trees():
        for node in ast.walk(tree):
            names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            ours = [name for name in names if name.split(".")[0] in {"terminal", "PySide6", "qasync"}]
            found += [f"{path.name}: {name}" for name in ours if not name.startswith((*BELOW, package.name))]
            assert not (isinstance(node, ast.ImportFrom) and node.level), f"{path} imports relatively"
    assert found == []


@each_package
def test_clock_and_chance_are_given_never_taken(package):
    found = [f"{path.name}: {line.strip()}" for path in package.sources for line in path.read_text().splitlines()
             if WALL.search(line)]  # fmt: skip
    assert found == []


@each_package
def test_its_signatures_are_held_against_vectors(package):
    assert len(set(SIGNATURE.findall(package.vectors.read_text()))) > 0
    assert len(SIGNATURE.findall(package.vectors.read_text())) >= 3


@each_package
def test_each_error_code_is_named_once_and_is_in_the_table(package):
    named, rules = package.named_codes(), package.module("codes").RULES
    assert len(named) >= 9
    assert {code: count for code, count in named.items() if count > 1} == {}
    assert set(named) <= {str(code) for code in rules}


@each_package
def test_each_error_says_in_words_what_to_do(package):
    for code, rule in package.module("codes").RULES.items():
        assert rule.hint.strip(), f"{code} has no words"
        assert rule.hint[0].isupper(), f"{code}: {rule.hint}"
        assert rule.hint.endswith("."), f"{code}: {rule.hint}"
        assert not ENUM_WORDS.search(rule.hint), f"{code}: {rule.hint}"


@each_package
def test_a_code_nobody_documents_never_proves_that_no_order_exists(package):
    codes = package.module("codes")
    wants_text = codes.rule_of.__code__.co_argcount == 2
    for code in ("123454321", "-987654321"):
        raw = int(code) if package.title == "bitz" else code
        rule = codes.rule_of(raw, "") if wants_text else codes.rule_of(raw)
        proves = rule.is_no if hasattr(rule, "is_no") else rule.definitive
        assert not proves, code


@each_package
def test_some_codes_stop_trading_and_some_leave_it_open(package):
    """A table without either would have been made without reading the document."""
    rules = package.module("codes").RULES.values()
    proofs = [rule.is_no if hasattr(rule, "is_no") else rule.definitive for rule in rules]
    assert any(proofs)
    assert not all(proofs)
    assert any(rule.halts for rule in rules)


def test_every_venue_of_the_program_is_looked_at_and_spoken_to():
    names = {package.folder.name for package in OURS}
    assert names == set(SITES) == {speaker.venue for speaker in SPEAKERS}


def test_the_template_never_ships():
    """It lies outside the package that is built, and the program cannot be told to open it."""
    assert not TEMPLATE.folder.is_relative_to(ROOT / "terminal")
    named = [path for path in (ROOT / "terminal").rglob("*.py") if "yourvenue" in path.read_text()]
    assert named == []


def test_these_checks_see_a_code_that_is_named_twice(tmp_path):
    text = (TEMPLATE.folder / "codes.py").read_text()
    (tmp_path / "codes.py").write_text(text.replace('"3002": CodeRule', '"2001": CodeRule'))
    twice = type(TEMPLATE)("twice", "twice", tmp_path, TEMPLATE.vectors).named_codes()
    assert twice["2001"] == 2
