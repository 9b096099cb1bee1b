"""Every link, anchor, picture and path that the README and the guides name is there."""

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from helpers.doc_pages import MANUAL, PAGES, ROOT, inline_code, name_of, text_of
from terminal.app.shot import known_names

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
PLACE = re.compile(r"^(?:terminal|tests|docs|packaging|resources)/[\w./*-]+$")
MOST_BYTES = 6_000_000


def slug(title: str) -> str:
    """Name a heading as GitHub does."""
    return re.sub(r"[^\w\- ]", "", re.sub(r"[`*]", "", title).strip().lower()).replace(" ", "-")


def anchors(page: Path) -> set[str]:
    return {slug(found) for found in re.findall(r"^#+ (.+)$", text_of(page), re.MULTILINE)}


def targets(page: Path) -> list[str]:
    return [unquote(each) for each in LINK.findall(text_of(page)) if "://" not in each]


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_each_link_leads_somewhere(page):
    lost = []
    for target in targets(page):
        file, _, anchor = target.partition("#")
        aim = page if not file else (page.parent / file).resolve()
        if not aim.exists() or (anchor and anchor not in anchors(aim)):
            lost.append(target)
    assert lost == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_each_path_that_is_named_exists(page):
    named = {each for each in inline_code(page) if PLACE.match(each) and "*" not in each}
    named = {each for each in named if "NAME" not in each and "yourvenue" not in each}  # made by who follows the guide
    assert {each for each in named if not _exists(each)} == set()


def _exists(name: str) -> bool:
    return (ROOT / name).exists() or (ROOT / f"{name}.py").exists()


def test_the_manuals_index_leads_to_every_page():
    index = MANUAL / "README.md"
    linked = {(index.parent / each).resolve() for each in targets(index)}
    assert {page.name for page in MANUAL.glob("*.md") if page != index and page not in linked} == set()


def test_every_guide_can_be_reached_from_the_readme():
    found, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in found or page.suffix != ".md" or not page.exists():
            continue
        found.add(page)
        waiting += [(page.parent / each.partition("#")[0]).resolve() for each in targets(page)]
    assert {name_of(page) for page in set(PAGES) - found} == set()


def test_every_picture_of_the_manual_is_shown_and_together_they_are_light():
    used = {(page.parent / each).resolve() for page in PAGES for each in targets(page)}
    kept = set((MANUAL / "pictures").glob("*.png"))
    assert {each.name for each in kept - used} == set()
    assert sum(each.stat().st_size for each in kept) < MOST_BYTES


def test_every_picture_can_be_taken_again():
    assert {each.stem for each in (MANUAL / "pictures").glob("*.png")} - known_names() == set()
