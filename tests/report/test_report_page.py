"""The page itself: nothing from elsewhere, nothing of a record taken for markup, every word by key."""

from __future__ import annotations

import hashlib
import re
import string
import zlib
from collections import Counter
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from cards.wording.en import ENGLISH
from cards.wording.language import places
from cds_service.catalogue import load_catalogue
from cds_service.languages import LANGUAGES
from cds_service.pages import STATIC
from cds_service.report.packed import packed, unpacked
from cds_service.report.page import HEADERS
from cds_service.report.reports import kept_of
from cds_service.trust.caller import Caller
from eligibility.assessment import assess
from tests.cards.told import DAY, PEOPLE, changed, story
from tests.reading import record_in
from tests.report.shown import note_of, page, report, report_of, words

ROOT = Path(__file__).parents[2]
CM = "NCT05694767"
REPORT = ENGLISH.report
TEMPLATES = sorted((ROOT / "cds_service" / "pages" / "templates").glob("report*.html"))


class Tags(HTMLParser):
    """The elements of a page, and the text a reader sees."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def values(self, name: str) -> list[str]:
        return [attributes[name] or "" for _, attributes in self.tags if name in attributes]


HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[click](javascript:alert(1)) **bold** `code`",
    "\u202eevil\u202c \u2066x\u2069 \u200b",
    "{{ 7 * 7 }} {% raw %} &lt;b&gt;",
    "'\"><svg onload=alert(1)>",
)


def named(name: str):  # type: ignore[no-untyped-def]
    """Every text that names something in a record is this one; codes stay, so that the record is understood."""

    def change(resource: dict) -> None:  # type: ignore[type-arg]
        for concept in ("code", "medicationCodeableConcept"):
            if isinstance(resource.get(concept), dict):
                resource[concept]["text"] = name
        if "note" in resource:
            resource["note"] = [{"text": name}]

    return change


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("who", ["rosa", "matteo"])
def test_a_name_in_the_record_is_text_on_the_page(who: str, name: str) -> None:
    told = report_of(changed(who, named(name)), CM)
    made, plain = Tags(page(told)), Tags(page(report(who, CM)))
    assert Counter(tag for tag, _ in made.tags).keys() <= Counter(tag for tag, _ in plain.tags).keys()
    assert not [one for _, attributes in made.tags for one in attributes if one.startswith("on")]
    assert set(made.values("href")) == set(plain.values("href"))
    assert set(made.values("src")) == set(plain.values("src"))
    visible = "".join(one for one in name if one.isprintable() and one not in "\u200b")[:20].strip()
    assert " ".join(visible.split())[:8] in " ".join(made.text.split())  # it is shown
    assert not re.search("[\u200b-\u200f\u202a-\u202e\u2066-\u2069]", made.text + note_of(told))


def test_nothing_on_the_page_comes_from_elsewhere_or_stands_inside_it() -> None:
    made = Tags(page(report("rosa", CM)))
    assert all(address.startswith("/static/") for address in made.values("src"))
    fetched = [attributes["href"] for tag, attributes in made.tags if tag == "link"]
    assert all(str(address).startswith("/static/") for address in fetched)
    assert not made.values("style")
    assert not [tag for tag, attributes in made.tags if tag == "style" or (tag == "script" and "src" not in attributes)]
    policy = set(HEADERS["Content-Security-Policy"].split("; "))
    assert {"default-src 'none'", "script-src 'self'", "style-src 'self'", "base-uri 'none'"} <= policy
    assert "unsafe" not in HEADERS["Content-Security-Policy"]
    assert HEADERS["Referrer-Policy"] == "no-referrer"
    assert HEADERS["Cache-Control"] == "no-store"


@pytest.mark.parametrize("who", ["rosa", "ines", "evan", "greta"])
def test_the_page_can_be_walked_without_eyes(who: str) -> None:
    """Names are unique, labels lead somewhere, headings go down one at a time, tables have heads."""
    made = Tags(page(report(who, CM)))
    ids = made.values("id")
    assert len(ids) == len(set(ids))
    referred = [one for value in made.values("aria-labelledby") for one in value.split()] + made.values("for")
    assert set(referred) <= set(ids)
    levels = [int(tag[1]) for tag, _ in made.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert [attributes["lang"] for tag, attributes in made.tags if tag == "html"] == ["en"]
    assert sum(tag == "th" and "scope" in attributes for tag, attributes in made.tags) > 50


def test_the_filter_hides_by_the_style_sheet_alone() -> None:
    made, css = Tags(page(report("ines", CM))), (STATIC / "report.css").read_text(encoding="utf-8")
    groups = {one for value in made.values("class") for one in value.split() if one.startswith("in-")}
    assert groups == {"in-open", "in-fits", "in-team"}
    for group in ("blocks", "open", "fits", "team"):
        assert f".criteria:has(#show-{group}:checked) .row:not(.in-{group})" in css
        assert f"show-{group}" in made.values("id")


def test_each_standing_has_a_sign_of_its_own_beside_its_colour() -> None:
    shown = page(report("ines", CM))
    found = re.findall(r'class="row ([\w-]+) in-.*?class="sign" aria-hidden="true">([^<]+)<', shown, re.DOTALL)
    signs = dict(found)
    assert len(set(signs.values())) == len(signs) >= 4


def test_vendored_files_are_as_published() -> None:
    folder = STATIC / "vendor"
    written = (folder / "SHA256SUMS").read_text(encoding="utf-8")
    sums = {name: digest for digest, name in re.findall(r"^([0-9a-f]{64})  (\S+)$", written, re.MULTILINE)}
    there = {path.name for path in folder.iterdir()} - {"SHA256SUMS"}
    assert set(sums) == there
    for name, digest in sums.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest, name
    assert "MIT License" in (folder / "pico.LICENSE.md").read_text(encoding="utf-8")
    assert "@picocss/pico 2.1.1" in written


def test_our_own_scripts_make_no_code_of_text() -> None:
    for path in STATIC.glob("report*.js"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"innerHTML|outerHTML|insertAdjacent|eval|Function\(|document\.write|://", text), path


def keys_used() -> set[str]:
    sources = [*TEMPLATES, *sorted((ROOT / "cards" / "report").glob("*.py")), ROOT / "cds_service/report/page.py"]
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    named = set(re.findall(r"""["']([a-z][\w-]*\w)["']""", text)) & set(REPORT)  # chosen before it is said
    return named | set(re.findall(r"""(?:said|self|_Said)\(\s*["']([a-z][\w-]*\w)["']""", text))


def test_every_key_that_is_used_has_words_and_every_other_is_of_a_family() -> None:
    used = keys_used()
    assert len(used) > 40
    assert used <= set(REPORT)
    families = ("smart-", "verdict-", "count-", "filter-", "in-", "lane-", "inclusion", "exclusion", "unnamed-criteria")
    by_name = {"preliminary", "refused", "unit-unknown", "gone", "unknown", "elsewhere", "closed-for-now", "link"}
    by_name |= {f"{one}-lead" for one in by_name} | {"group", "treatment", "from", "to", "recorded-as"}
    left = {key for key in REPORT if key not in used | by_name and not key.startswith(families)}
    assert not left


@pytest.mark.parametrize("code", [code for code in LANGUAGES if LANGUAGES[code].report and code != "en"])
def test_another_language_says_the_same_with_the_same_facts(code: str) -> None:
    told = LANGUAGES[code].report
    assert set(told) == set(REPORT)
    assert {key: places(text) for key, text in told.items()} == {key: places(text) for key, text in REPORT.items()}


def test_no_words_of_the_page_are_markup() -> None:
    assert not [key for key, text in REPORT.items() if "<" in text or "&" in text or not string.capwords(text)]


@pytest.mark.parametrize("who", [who for who in PEOPLE if who != "viktor"])
def test_what_is_kept_of_an_assessment_says_the_same_afterwards(who: str) -> None:
    record, trials = record_in(story(who), DAY), load_catalogue().trials
    for trial in trials:
        kept = kept_of(assess(trial, record, DAY), record, Caller(contacts={trial.nct_id: "Dr Example"}))
        assert unpacked(packed(kept), {one.nct_id: one for one in trials}, words) == kept


def test_what_is_kept_holds_nothing_of_a_restricted_entry() -> None:
    def labelled(resource: dict) -> None:  # type: ignore[type-arg]
        if resource["resourceType"] != "Patient":
            resource["meta"] = {"security": [{"code": "R"}]}

    record, trial = record_in(changed("rosa", labelled), DAY), load_catalogue().trials[0]
    content = packed(kept_of(assess(trial, record, DAY), record, Caller()))
    held = zlib.decompress(content).decode()
    assert "restricted" in held
    assert not re.search("rituximab|prednisone|10.9/L|immune|thrombocytopenia|2026-(?!11-21)|2021", held, re.IGNORECASE)
