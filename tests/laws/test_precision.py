"""A date known less precisely settles nothing new: a verdict stays as it was, or becomes open (G4)."""

from __future__ import annotations

import re
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from tests.laws.law import law
from tests.laws.people import PEOPLE, SOME_TRIAL, Person, asked, by_id, certain
from tests.laws.test_damage import at, changed, places

Json = dict[str, Any]
DATE = re.compile(r"\d{4}-\d\d(-\d\d)?(T.*)?")
LENGTHS = {"a month": 7, "a year": 4, "a day": 10}


def begins_after_it_was_told(resource: Json) -> bool:
    """Whether the day of telling lies before that of beginning, as far as both are known."""
    period = resource.get("effectivePeriod")
    begun = [resource.get("onsetDateTime"), period.get("start") if isinstance(period, dict) else None]
    told = [resource.get(name) for name in ("recordedDate", "dateAsserted")]
    pairs = [(one, other) for one in begun for other in told if isinstance(one, str) and isinstance(other, str)]
    return any(other[:10] < one[: len(other[:10])] for one, other in pairs)


@law
@given(person=PEOPLE, trial=SOME_TRIAL, data=st.data(), length=st.sampled_from(sorted(LENGTHS)))
def test_to_know_a_date_less_precisely_makes_a_verdict_unknown_or_leaves_it(
    person: Person, trial: str, data: st.DataObject, length: str
) -> None:
    """It becomes unknown; or judgement, where what the date may or may not reach is for a person to judge.

    Left out are dates that begin after the day of reading: cut to a month or a year they may lie in the past, and what
    was set aside as an error (G3) would be something that has happened. So is what began after it was recorded or told:
    known less precisely, the two dates contradict each other no longer. When a resource was issued or updated is for
    telling versions of one thing apart, and no date of the patient.
    """
    dated = [
        (number, place)
        for number, entry in enumerate(person.entries)
        for place in places(entry["resource"])
        if isinstance(at(entry["resource"], place), str)
        and DATE.fullmatch(at(entry["resource"], place))
        and place[-1] not in ("issued", "lastUpdated")
    ]
    assume(dated)
    number, place = data.draw(st.sampled_from(dated))
    resource = person.entries[number]["resource"]
    written = at(resource, place)
    assume(len(written) > LENGTHS[length] and written[:10] <= person.as_of.isoformat()[: len(written[:10])])
    assume(not any(map(begins_after_it_was_told, person.resources)))
    wider = person.with_at(number, changed(resource, place, written[: LENGTHS[length]]))
    before, after = by_id(asked(person, trial)), by_id(asked(wider, trial))
    moved = [
        (name, one.verdict, after[name].verdict, after[name].finding.reason)
        for name, one in before.items()
        if after[name].verdict not in (one.verdict, "unknown", "judgement" if certain(one) else "unknown")
    ]
    assert moved == []
