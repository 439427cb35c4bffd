"""How often a day a dose is taken, exactly, and whether the schedule is a steady daily one at all (rule G11)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from cds_service.fhir.concepts import concept_of, words_of
from cds_service.fhir.elements import Json, entries, exact, modified, part, text_of

_DAYS = {
    "s": Fraction(1, 86400), "min": Fraction(1, 1440), "h": Fraction(1, 24), "d": Fraction(1), "wk": Fraction(7),
}  # fmt: skip
# GTSAbbreviation, SNOMED CT and the Latin and Chinese abbreviations prescribers write.
_A_DAY: Mapping[str, Fraction] = {
    spelling: Fraction(times)
    for times, spellings in {
        1: "qd od daily once-daily am pm bed hs qam qpm qhs qn 229797004 每日一次 每天一次 每日1次 每天1次 每晚一次",
        2: "bid bd twice-daily twice-a-day q12h 229799001 每日两次 每天两次 每日二次 每日2次 每天2次",
        3: "tid tds three-times-daily three-times-a-day q8h 229798009 每日三次 每天三次 每日3次 每天3次",
        4: "qid qds four-times-daily four-times-a-day q6h 307439001 每日四次 每天四次 每日4次 每天4次",
        6: "q4h",
    }.items()
    for spelling in spellings.split()
} | {"once-a-day": Fraction(1), "every-day": Fraction(1), "every-morning": Fraction(1)}
_UNSTEADY = frozenset(("qod", "alternate-days", "every-other-day", "隔日一次", "隔日"))
_AS_NEEDED = frozenset(("prn", "as-needed", "必要时"))
# Events of a day that happen once; `C` (at meals) and the like happen an unsaid number of times.
_ONCE = frozenset(
    [
        "MORN",
        "MORN.early",
        "MORN.late",
        "NOON",
        "AFT",
        "AFT.early",
        "AFT.late",
        "EVE",
        "EVE.early",
        "EVE.late",
        "NIGHT",
        "HS",
        "WAKE",
        "ACM",
        "ACD",
        "ACV",
        "CM",
        "CD",
        "CV",
        "PCM",
        "PCD",
        "PCV",
    ]
)
_BLANK = re.compile(r"[\s.\-]+")


@dataclass(frozen=True, slots=True)
class Frequency:
    """`daily` is the number of doses a day, None when unknown; `varies` when days differ."""

    daily: Fraction | None = None
    varies: bool = False


def frequency_of(timing: Json) -> Frequency:
    """From `repeat` and `code`; where both are given and disagree, unknown."""
    if modified(timing, part(timing, "repeat")):
        return Frequency()
    coded, repeated = _coded(timing), _repeated(part(timing, "repeat"))
    if coded.varies or repeated.varies:
        return Frequency(varies=True)
    if coded.daily is not None and repeated.daily is not None and coded.daily != repeated.daily:
        return Frequency()
    return repeated if repeated.daily is not None else coded


def is_as_needed(timing: Json) -> bool:
    """Whether the schedule's code says PRN."""
    return bool(timing.get("code")) and not _AS_NEEDED.isdisjoint(_words(timing))


def _coded(timing: Json) -> Frequency:
    if not timing.get("code"):
        return Frequency()
    words = _words(timing)
    if not _UNSTEADY.isdisjoint(words):
        return Frequency(varies=True)
    times = {_A_DAY[word] for word in words if word in _A_DAY}
    return Frequency(times.pop() if len(times) == 1 else None)


def _words(timing: Json) -> list[str]:
    concept = concept_of(timing.get("code"))
    words = [coding.code for coding in concept.codings] + [words_of(concept)]
    return [_folded(word) for word in words if word]


def _folded(word: str) -> str:
    """`B.I.D.`, `b i d` and `BID` are one abbreviation; `twice a day` keeps its words apart."""
    bare = _BLANK.sub("", word.casefold())
    return bare if bare in _A_DAY or bare in _UNSTEADY or bare in _AS_NEEDED else "-".join(word.casefold().split())


def _repeated(repeat: Json) -> Frequency:
    if not repeat:
        return Frequency()
    if repeat.get("dayOfWeek"):
        return Frequency(varies=True)
    if any(name in repeat for name in ("frequencyMax", "periodMax", "countMax")):
        return Frequency()
    times = _times(repeat)
    length = _length(repeat)
    if times is None or length is None or length <= 0:
        return Frequency()
    if 1 < length < 7:  # every other day, every third day: days differ
        return Frequency(varies=True)
    return Frequency(times / length)


def _times(repeat: Json) -> Fraction | None:
    if "frequency" in repeat:
        return exact(repeat["frequency"])
    events = [text_of(event) for event in entries(repeat.get("when"))]
    if events:
        return Fraction(len(events)) if all(event in _ONCE for event in events) else None
    if entries(repeat.get("timeOfDay")):
        return Fraction(len(entries(repeat["timeOfDay"])))
    return Fraction(1) if "period" in repeat else None


def _length(repeat: Json) -> Fraction | None:
    """The period in days; one day where only events or times of day are given."""
    unit = _DAYS.get(text_of(repeat.get("periodUnit")))
    if "period" not in repeat:
        only_events = bool(repeat.get("when") or repeat.get("timeOfDay")) and "periodUnit" not in repeat
        return Fraction(1) if only_events else None
    number = exact(repeat["period"])
    return None if number is None or unit is None else number * unit
