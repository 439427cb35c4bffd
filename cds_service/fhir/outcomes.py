"""Which documented reasons say how a treatment ended: no response, relapse or intolerance (CM313-I06, CART-I06b)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from cds_service.fhir.concepts import concept_of, words_of
from cds_service.fhir.elements import Json, entries, parts, text_of
from eligibility.terminology import Concept

NO_RESPONSE, RELAPSE, INTOLERANCE = "no-response", "relapse", "intolerance"

# SNOMED CT, as in mCODE's treatment termination reasons and the reasons of FHIR's drug therapy status.
CODES: Mapping[tuple[str, str], str] = {
    ("snomed", "266721009"): NO_RESPONSE,  # no response to treatment
    ("snomed", "58848006"): NO_RESPONSE,  # lack of drug action
    ("snomed", "385671000"): NO_RESPONSE,  # unsuccessful, of a procedure
    ("snomed", "407563006"): INTOLERANCE,  # treatment not tolerated
    ("snomed", "281647001"): INTOLERANCE,  # adverse reaction
    ("snomed", "62014003"): INTOLERANCE,  # adverse reaction to drug
    ("snomed", "59037007"): INTOLERANCE,  # intolerance to drug
    ("snomed", "182864000"): INTOLERANCE,  # drug not taken, side-effects
}

_LATIN: Mapping[str, tuple[str, ...]] = {
    NO_RESPONSE: (
        "lack of efficacy", "lack of effect", "lack of response", "loss of efficacy", "ineffective", "inefficacy",
        "no response", "non-response", "nonresponse", "non response", "non-responder", "no effect",
        "inadequate response", "insufficient response", "inadequate therapeutic response", "suboptimal response",
        "treatment failure", "treatment failed", "therapy failure", "therapeutic failure", "failure of treatment",
        "refractory", "not effective", "failed therapy", "failed treatment", "unsuccessful",
    ),
    RELAPSE: ("relapse", "relapsed", "recurrence", "recurrent", "loss of response", "lost response"),
    INTOLERANCE: (
        "intolerance", "intolerant", "not tolerated", "adverse reaction", "adverse reactions", "adverse event",
        "adverse events", "adverse effect", "adverse effects", "adverse drug reaction", "side effect", "side effects",
        "toxicity", "allergic reaction",
    ),
}  # fmt: skip
_CHINESE: Mapping[str, tuple[str, ...]] = {
    NO_RESPONSE: ("无效", "疗效不佳", "治疗失败", "疗效欠佳", "无反应", "难治"),
    RELAPSE: ("复发",),
    INTOLERANCE: ("不耐受", "不良反应", "副作用", "过敏反应", "毒性反应"),
}
# What stands before a phrase and takes it back: denied, feared, possible, or to be avoided.
_TAKEN_BACK = re.compile(
    r"\b(?:no|not|non|never|without|denie[sd]|deny|absence of|free of|nil|possible|possibly|probable|suspected|query|"
    r"risk|fear|concern\w*|prevent\w*|prophyla\w*|avoid\w*|if|potential|history of|unlikely|rule out)\b[^.;]*$"
)
_TAKEN_BACK_CHINESE = re.compile(r"(?:无|未|没有|否认|预防|防止|避免|担心|可能|疑似|若|如)[^。；，,;]{0,6}$")
_SPACES = re.compile(r"[\s_]+")
_LONGEST_REASON = 1000  # characters; beyond it stands prose, which is not interpreted


def _whole(phrases: Iterable[str]) -> re.Pattern[str]:
    longest_first = sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
    return re.compile(rf"(?<![\w-])(?:{'|'.join(re.escape(phrase) for phrase in longest_first)})(?![\w-])")


_LATIN_WORDS = {outcome: _whole(phrases) for outcome, phrases in _LATIN.items()}
_CHINESE_WORDS = {outcome: re.compile("|".join(phrases)) for outcome, phrases in _CHINESE.items()}


def outcomes_in(text: str) -> frozenset[str]:
    """The outcomes that whole words of a short reason state, not denied and not only feared."""
    if len(text) > _LONGEST_REASON:
        return frozenset()
    folded = _SPACES.sub(" ", text.casefold())
    if "?" in folded or "？" in folded:
        return frozenset()
    found = {
        outcome
        for words, taken_back in ((_LATIN_WORDS, _TAKEN_BACK), (_CHINESE_WORDS, _TAKEN_BACK_CHINESE))
        for outcome, pattern in words.items()
        for match in pattern.finditer(folded)
        if not taken_back.search(folded[: match.start()])
    }
    return frozenset(found)


def outcome_of_note(text: str) -> frozenset[str]:
    """The outcome of a note whose whole text is one of the phrases; prose is not interpreted."""
    folded = _SPACES.sub(" ", text.casefold()).strip(" .。!")
    return frozenset(outcome for table in (_LATIN, _CHINESE) for outcome, phrases in table.items() if folded in phrases)


def outcomes_of(concept: Concept) -> frozenset[str]:
    coded = {CODES[key] for coding in concept.codings if (key := (coding.system, coding.code)) in CODES}
    return frozenset(coded) | outcomes_in(words_of(concept))


def documented(resource: Json, *elements: str) -> frozenset[str]:
    """What the named elements and the notes of a resource say of how the treatment went."""
    found: set[str] = set()
    for element in elements:
        for value in entries(resource.get(element)):
            found |= outcomes_of(concept_of(value))
    for note in parts(resource, "note"):
        found |= outcome_of_note(text_of(note.get("text")))
    return frozenset(found)
