"""The timeline as it is drawn: golden pictures, what each sign stands for, and that a record cannot draw."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from datetime import date
from fractions import Fraction

import pytest

from cards.report.chart import chart_of
from cards.report.picture import Timeline
from cards.report.said import Said
from cards.report.series import Certainty, Count, Course, Series
from eligibility.when import When
from tests.cards.told import PEOPLE
from tests.report.shown import GOLDEN, golden_files, report, words

DAY = date(2026, 11, 21)
SVG = "{http://www.w3.org/2000/svg}"
TRIALS = ("NCT05694767", "NCT06352281")


@pytest.mark.parametrize("name", sorted(golden_files()))
def test_the_pictures_are_as_they_were_looked_at(name: str) -> None:
    assert golden_files()[name] == (GOLDEN / name).read_text(encoding="utf-8")


def test_no_golden_picture_is_left_over() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == set(golden_files())


@pytest.mark.parametrize("who", [who for who in PEOPLE if who != "viktor"])
@pytest.mark.parametrize("trial", TRIALS)
def test_every_picture_is_an_image_with_a_title_and_a_description(who: str, trial: str) -> None:
    chart = report(who, trial).chart
    if chart is None:
        assert who in ("greta", "otto", "nemo")
        return
    for picture in (chart.wide, chart.narrow):
        root = ET.fromstring(picture)  # well-formed
        assert root.get("role") == "img"
        named = (root.get("aria-labelledby") or "").split()
        told = {one.get("id"): one.text for one in root.iter() if one.get("id")}
        assert [told.get(name) for name in named][1] == chart.told
        width, height = map(float, root.get("viewBox", "").split()[2:])
        for one in root.iter():
            x, y = float(one.get("x") or one.get("cx") or 0), float(one.get("y") or one.get("cy") or 0)
            assert -1 <= x <= width, ET.tostring(one)
            assert -1 <= y <= height, ET.tostring(one)


def test_the_names_inside_two_pictures_of_a_page_differ() -> None:
    chart = report("rosa", TRIALS[0]).chart
    assert chart is not None
    assert not set(re.findall(r'id="([^"]+)"', chart.wide)) & set(re.findall(r'id="([^"]+)"', chart.narrow))


def drawn(*courses: Course, counts: tuple[Count, ...] = (), limit: Fraction | None = Fraction(30)) -> ET.Element:
    chart = chart_of(Timeline(Series(counts, courses), (), limit, DAY), Said(words()))
    assert chart is not None
    return ET.fromstring(chart.wide)


def classes(root: ET.Element) -> list[str]:
    return [one.get("class", "") for one in root.iter()]


def course(start: When | None, end: When | None = None, **more: object) -> Course:
    return Course("MedicationStatement/x", "steroid", "Prednisone", start, end, **more)  # type: ignore[arg-type]


MAY, JUNE, YEAR = date(2026, 5, 1), date(2026, 6, 1), When(date(2026, 1, 1), date(2026, 12, 31))

# an entry, and the signs it is drawn with
SIGNS = [
    ("taken and over", course(When.on(MAY), When.on(JUNE)), {"taken"}),
    ("taken and going on", course(When.on(MAY), running=True), {"taken", "running"}),
    ("given once", course(When.on(MAY), When.on(MAY), single=True), {"once taken"}),
    ("begun and ended on one day", course(When.on(MAY), When.on(MAY)), {"once taken"}),
    ("ordered", course(When.on(MAY), When.on(JUNE), certainty=Certainty.ORDERED), {"ordered"}),
    ("end not recorded", course(When.on(MAY)), {"taken", "unsure-end"}),
    ("beginning not recorded", course(None, When.on(JUNE)), {"taken", "unsure"}),
    ("begun in an unknown month", course(YEAR, running=True), {"taken", "unsure", "running"}),
    ("no day at all", course(None), set()),
]


@pytest.mark.parametrize(("entry", "signs"), [pytest.param(entry, signs, id=name) for name, entry, signs in SIGNS])
def test_an_entry_is_drawn_as_certain_as_it_is(entry: Course, signs: set[str]) -> None:
    known = {"taken", "ordered", "running", "once taken", "once ordered", "unsure", "unsure-end"}
    assert set(classes(drawn(entry))) & known == signs


# count, how it is drawn where the limit is 30
COUNTS = [("29", "below"), ("30", "above"), ("31", "above"), ("400", "above")]


@pytest.mark.parametrize(("number", "sign"), COUNTS)
def test_a_count_is_filled_only_below_the_limit(number: str, sign: str) -> None:
    root = drawn(counts=(Count("Observation/x", f"{number} 10*9/L", When.on(MAY), Fraction(number)),))
    assert [kind for kind in classes(root) if kind in ("below", "above")] == [sign]
    assert number in [one.text for one in root.iter(f"{SVG}text")]


@pytest.mark.parametrize("remark", ["preliminary", "refused", "unit-unknown"])
def test_a_count_that_is_not_used_is_in_the_table_and_not_in_the_picture(remark: str) -> None:
    number = None if remark == "unit-unknown" else Fraction(12)
    counts = (Count("Observation/x", "12 of something", When.on(MAY), number, remark),)
    chart = chart_of(Timeline(Series(counts), (), Fraction(30), DAY), Said(words()))
    assert chart is not None
    assert "below" not in classes(ET.fromstring(chart.wide))
    assert chart.tables[0].rows[0][1] == "12 of something"
    assert chart.tables[0].rows[0][2]


def test_what_began_long_ago_is_in_the_tables_and_that_is_said() -> None:
    old = course(When.on(date(2019, 1, 1)), When.on(date(2019, 2, 1)))
    chart = chart_of(Timeline(Series((), (old,)), (), None, DAY), Said(words()))
    assert chart is not None
    assert "Prednisone" in chart.tables[0].rows[0]
    assert "Earlier entries are in the tables only: 1." in chart.told
    assert "taken" not in classes(ET.fromstring(chart.wide))


def test_neither_count_nor_treatment_nor_wait_is_no_picture() -> None:
    assert chart_of(Timeline(Series(), (), Fraction(30), DAY), Said(words())) is None


HOSTILE = ["<script>alert(1)</script>", '"/><image href="//x"/>', "a\u202eb\u2066c\u200b", "&lt;b&gt;", "[x](http://y)"]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_in_the_record_draws_nothing(name: str) -> None:
    root = drawn(Course("MedicationStatement/x", "steroid", name, When.on(MAY), When.on(JUNE)))
    plain = drawn(course(When.on(MAY), When.on(JUNE)))
    assert [one.tag for one in root.iter()] == [one.tag for one in plain.iter()]
    [told] = [one.text or "" for one in root.iter(f"{SVG}text") if one.get("class") == "drug"]
    assert not re.search("[\u200b-\u200f\u202a-\u202e\u2066-\u2069]", told)
