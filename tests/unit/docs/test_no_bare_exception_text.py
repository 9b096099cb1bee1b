"""No error of Python or a library is put into words a person reads: `domain.causes.cause` stands in between.

Read from the source: in each handler of an error that is not our own, the caught name may not be formatted or turned
into text. What is raised as a `ValueError` with a sentence of our own is named below, with where the sentence is made.
"""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3] / "terminal"
SOURCES = sorted(ROOT.rglob("*.py"))
TREES = {path.relative_to(ROOT).as_posix(): ast.parse(path.read_text("utf-8")) for path in SOURCES}
OURS = {node.name for tree in TREES.values() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}

OWN_WORDS = {
    "app/account_profile.py": "check_venue says in words what does not go together",
    "services/ai_logs/outbox.py": "upload_body says in words what is wrong with an order's id",
    "services/orders/margin_changes.py": "NOTHING_DONE names errors of our own",
    "sim/serving/control.py": "the answer to a program that steers the exchange in tests",
    "storage/rule_file.py": "the text of a rule, written by whoever wrote the rule file",
    "ui/charts/chart_panel.py": "ChartSettings.from_section",
    "ui/charts/studies/keeper.py": "studies_of",
    "ui/theme/chooser.py": "Choice.from_section",
    "ui/viewmodels/ensemble_form.py": "EnsembleSettings",
    "ui/viewmodels/guide.py": "RiskLimits; its words are taken apart, not shown",
    "ui/viewmodels/model_form.py": "LanguageModel",
    "ui/widgets/first_run/account_pages.py": "limits_from",
}


def caught(kind):
    if kind is None:
        return ["everything"]
    if isinstance(kind, ast.Tuple):
        return [name for each in kind.elts for name in caught(each)]
    if isinstance(kind, ast.BinOp):
        return [*caught(kind.left), *caught(kind.right)]
    return [ast.unparse(kind).rpartition(".")[2]]


def shows(node, name):
    """Tell whether this piece of source turns the caught error into text."""
    if isinstance(node, ast.FormattedValue):
        shown = node.value
    elif isinstance(node, ast.Call) and ast.unparse(node.func) in {"str", "repr", "format"} and node.args:
        shown = node.args[0]
    else:
        return False
    is_type = isinstance(shown, ast.Attribute) and ast.unparse(shown) == f"type({name}).__name__"
    return is_type or (isinstance(shown, ast.Name) and shown.id == name)


def bare(tree):
    """Give the lines where an error that is not ours is put into a text."""
    for handler in ast.walk(tree):
        if not isinstance(handler, ast.ExceptHandler) or not handler.name:
            continue
        if all(name in OURS for name in caught(handler.type)):
            continue
        for step in handler.body:
            yield from (node.lineno for node in ast.walk(step) if shows(node, handler.name))


def test_no_librarys_error_is_put_into_a_text():
    found = {path: sorted(set(lines)) for path, tree in TREES.items() if (lines := list(bare(tree)))}
    assert set(found) - set(OWN_WORDS) == set(), {path: found[path] for path in set(found) - set(OWN_WORDS)}


def test_the_exceptions_are_still_needed():
    assert {path for path in OWN_WORDS if not list(bare(TREES[path]))} == set()


@pytest.mark.parametrize(
    ("source", "is_bare"),
    [
        ("try: pass\nexcept OSError as e: x = f'no {e}'", True),
        ("try: pass\nexcept OSError as e: x = str(e)", True),
        ("try: pass\nexcept OSError as e: x = f'{type(e).__name__}'", True),
        ("try: pass\nexcept OSError as e: x = f'{cause(e)}'", False),
        ("try: pass\nexcept StorageError as e: x = f'{e}'", False),
        ("try: pass\nexcept (StorageError, OSError) as e: x = f'{e}'", True),
    ],
)
def test_the_search_itself_finds_and_spares(source, is_bare):
    assert bool(list(bare(ast.parse(source)))) is is_bare
