"""Every command in the README and the guides is one the program takes; keys and alarms are those it has."""

import ast
import re
import shlex

import pytest

from helpers.doc_pages import MANUAL, PAGES, ROOT, code_lines, inline_code, name_of, prose_of, spoken, text_of
from terminal.app.cli import read_arguments
from terminal.storage.paths import APP
from terminal.ui.actions.table import ACTIONS, GESTURES

PLACEHOLDERS = {"N": "7", "S": "30", "X": "2", "WxH": "1366x768", "DATE": "2026-06-01", "USDT": "1000"}
KEY = re.compile(r"(?:(?:Ctrl|Alt|Shift)\+)+\S+|F\d{1,2}|[A-Z]|/|\+|-|Esc|Enter|Del|Home|Left|Right|PgUp|PgDown|Space")
EVERYWHERE = {"Esc", "Enter", "Space"}  # leave a field or a sheet, press the button that has the keyboard
HEADS = {"Automatic must be earned", "The lock-box", "Moving a stop, a target or an order"}  # of paragraphs
DEV = {"run", "test", "bench", "pictures", "manual", "package"}


def commands(page):
    """Give what a page tells to type, optional parts left out."""
    for text in dict.fromkeys([*code_lines(page), *inline_code(page)]):
        line = re.sub(r"\[[^\]]*\]", "", text).strip()
        if re.match(r"(?:sudo )?(?:alphadesk|python3 dev\.py)(?: |$)", line) and not line.endswith("..."):
            yield line.split(">")[0].strip()


def words_of(line):
    return [PLACEHOLDERS.get(word, word) for word in shlex.split(line)]


def is_taken(line):
    """Tell whether the real parser reads the line."""
    words = [word for word in words_of(line) if word != "sudo"]
    if words[0] == "alphadesk":
        arguments = words[1:] if len(words) > 2 else [*words[1:], "--help"]  # a bare command only names it
    elif words[2:3] == ["run"]:
        arguments = words[3:]
    else:
        return len(words) < 3 or words[2] in DEV
    try:
        read_arguments(arguments)
    except SystemExit as end:
        return end.code == 0
    return True


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_each_command_is_one_the_program_takes(page, capsys):
    refused = [line for line in commands(page) if not is_taken(line)]
    assert refused == [], capsys.readouterr().err
    capsys.readouterr()


def test_the_search_finds_commands_and_refuses_wrong_ones(capsys):
    assert "alphadesk verify --profile competition" in list(commands(MANUAL / "audit.md"))
    assert is_taken("alphadesk shot --out DIR --size 1366x768")
    assert not is_taken("alphadesk shoot --out DIR")
    assert not is_taken("alphadesk demo --bodiless")
    assert not is_taken("python3 dev.py polish")
    assert not is_taken("python3 dev.py run demo --speed fast")
    capsys.readouterr()


def test_dev_knows_the_words_that_are_allowed_here():
    tree = ast.parse((ROOT / "dev.py").read_text("utf-8"))
    tables = [node for node in ast.walk(tree) if isinstance(node, ast.Dict) and len(node.keys) >= len(DEV)]
    keys = {key.value for table in tables for key in table.keys if isinstance(key, ast.Constant)}
    assert keys >= DEV


# -- keys -------------------------------------------------------------------------


def keys_of(page):
    """Give the keys a page names, each alone in bold."""
    return {found for found in re.findall(r"\*\*([^*\n]+)\*\*", text_of(page)) if KEY.fullmatch(found)}


def known_keys():
    built_in = {key for action in ACTIONS for key in action.keys}
    return built_in | {"Shift+F1"} | EVERYWHERE | {part for each in GESTURES for part in each.how.split()}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_each_key_does_something(page):
    assert keys_of(page) - known_keys() == set()


def test_keys_are_found_in_the_manual():
    assert {"A", "Ctrl+Shift+F", "F1", "PgUp", "Ctrl+,"} <= set().union(*map(keys_of, MANUAL.glob("*.md")))


# -- words of the program -----------------------------------------------------------


def told(words):
    """Tell whether the program says this somewhere; figures and names in between are its own."""
    return any(words in text for text in spoken())


@pytest.mark.parametrize("page", sorted(MANUAL.glob("*.md")), ids=name_of)
def test_what_the_manual_quotes_the_program_says(page):
    quoted = re.findall(r"“([^”]+)”", prose_of(page))
    assert [words for words in quoted if not told(words)] == []


def test_the_alarms_are_quoted():
    assert len(re.findall(r"“([^”]+)”", prose_of(MANUAL / "trouble.md"))) > 30
    assert not told("this the program never says")


@pytest.mark.parametrize("page", sorted(MANUAL.glob("*.md")), ids=name_of)
def test_each_button_in_bold_is_one(page):
    """A phrase in bold that begins with a capital and is no key is what stands on a button or a panel."""
    named = {each.removesuffix("…") for each in re.findall(r"\*\*([A-Z][^*\n.:]+)\*\*", prose_of(page))}
    emphasised = {each for each in named if KEY.fullmatch(each) or each in HEADS}
    assert {each for each in named - emphasised if not told(each)} == set()


def test_the_folders_are_those_the_program_uses():
    """On Linux, where platformdirs takes the name as it stands."""
    named = re.findall(r"~/\.(?:config|local/share)/(\w+)/", "".join(map(text_of, MANUAL.glob("*.md"))))
    assert len(named) >= 3
    assert set(named) == {APP}
