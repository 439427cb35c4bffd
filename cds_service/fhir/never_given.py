"""Whether the reason or a note of a drug's record says that it was never given: then it is no exposure (G5)."""

from __future__ import annotations

import re

from cds_service.fhir.concepts import concept_of
from cds_service.fhir.elements import Json, entries, parts, text_of

_DONE = (
    r"(?:given|taken|administered|infused|injected|started|begun|initiated|received|dispensed|filled|picked up|used)"
)
_WHAT = (
    r"(?:the |any |this |first |a |single )*(?:drug|medication|medicine|treatment|therapy|infusion|dose|doses|it|order)"
)
_WHO = (
    r"(?:(?:the |this )?"
    r"(?:patient|pt|drug|medication|medicine|treatment|therapy|infusion|order|dose|it|he|she)\s*[:,]? )?"
)
_TAIL = rf"(?: {_WHAT})?(?: (?:at all|to (?:the )?patient|by (?:the )?patient))?"
_NEVER = re.compile(
    rf"{_WHO}(?:was |has |had |were |been |is )*(?:"
    rf"never (?:been |actually )*{_DONE}{_TAIL}|"
    rf"never (?:took|received|started|began|used){_TAIL}|"
    rf"not (?:been |actually )*(?:given|administered|started|initiated|begun|dispensed|infused){_TAIL}|"
    rf"did not (?:take|receive|start|begin|use){_TAIL}|"
    rf"(?:stopped|cancel+ed|discontinued|withdrawn) before "
    rf"(?:the )?(?:first dose|start|it was (?:given|started)|starting)"
    r")"
)
_NEVER_CHINESE = re.compile(r"(?:患者)?(?:从未|未)(?:实际)?(?:使用|用药|给药|执行|服用|开始|输注)(?:过)?(?:该药)?")
_SPACES = re.compile(r"[\s_]+")


def says_never_given(resource: Json) -> bool:
    """The whole of a reason or of a note; "not taken since May" and other prose says something else."""
    reasons = [text for value in entries(resource.get("statusReason")) for text in concept_of(value).written]
    notes = [text_of(note.get("text")) for note in parts(resource, "note")]
    return any(_never(text) for text in (*reasons, *notes))


def _never(text: str) -> bool:
    folded = _SPACES.sub(" ", text.casefold()).strip(" .。!")
    return bool(_NEVER.fullmatch(folded) or _NEVER_CHINESE.fullmatch(folded))
