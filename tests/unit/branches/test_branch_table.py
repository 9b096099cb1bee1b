"""The table of `dev.py test --branches`: what is open is told by its place, and what is gone is no success."""

from pathlib import Path

import pytest

from branches.suites import SUITES, Group, Suite
from branches.table import modules_of, rows_of, table

ROOT = Path(__file__).resolve().parents[3]
SUITE = Suite("shop", "shop", (), (Group("Shop words", ("words.py", "more/**/*.py"), without=("more/odd.py",)),))


def found(statements, branches, taken, lines=(), missed=()):
    summary = {"num_statements": statements, "num_branches": branches, "covered_branches": taken}
    return {"summary": summary, "missing_lines": list(lines), "missing_branches": [list(each) for each in missed]}


@pytest.fixture
def shop(tmp_path):
    (tmp_path / "shop" / "more").mkdir(parents=True)
    for name in ("words.py", "more/deep.py", "more/odd.py"):
        (tmp_path / "shop" / name).write_text("x = 1\n")
    (tmp_path / "shop" / "more" / "__init__.py").touch()
    return tmp_path


def report(**changes):
    files = {"shop/words.py": found(10, 4, 4), "shop/more/deep.py": found(5, 2, 2), "shop/more/odd.py": found(9, 9, 0)}
    return {"files": files | changes}


def test_a_whole_group_is_one_row_of_the_sums(shop):
    (row,) = rows_of(SUITE, report(), shop)
    assert (row.modules, row.statements, row.branches, row.taken, row.is_whole) == (2, 15, 6, 6, True)
    assert "100 %" in table((row,))


def test_an_open_branch_and_an_open_line_are_named_once(shop):
    words = found(10, 400, 399, lines=(7,), missed=((3, 5), (7, 8), (9, -2)))
    (row,) = rows_of(SUITE, report(**{"shop/words.py": words}), shop)
    assert row.open_places == (
        "words.py: line 7",
        "words.py: from line 3 to line 5",
        "words.py: from line 9 to the end",
    )
    told = table((row,))
    assert "100 %" not in told
    assert all(f"not taken, Shop words: {place}" in told for place in row.open_places)


def test_a_line_without_a_branch_that_was_not_run_is_not_whole(shop):
    (row,) = rows_of(SUITE, report(**{"shop/words.py": found(10, 0, 0, lines=(2,))}), shop)
    assert not row.is_whole
    assert "99.9 %" in table((row,))


def test_what_was_renamed_does_not_count_as_covered(shop):
    with pytest.raises(LookupError, match=r"shop/gone\.py"):
        modules_of(Suite("shop", "shop", (), ()), Group("Gone", ("gone.py",)), shop)
    fewer = report()
    del fewer["files"]["shop/more/deep.py"]
    with pytest.raises(LookupError, match=r"shop/more/deep\.py"):
        rows_of(SUITE, fewer, shop)


def test_every_suite_names_tests_and_modules_that_are_there():
    for suite in SUITES:
        assert all((ROOT / each).is_dir() for each in suite.tests)
        assert all(modules_of(suite, group, ROOT) for group in suite.groups)
        assert all([*ROOT.glob(f"{suite.tests[0]}/{pattern}")] for pattern in suite.left_out)
