"""Which treatment a procedure that no row names may be, by its words: a transfusion of anything, a transplant (G7c).

What is named as another product or another tissue is none of ours; what is not said leaves the question open.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from eligibility.coding import Concept, Hits, Mark
from eligibility.denial import is_planned, negates_finding
from eligibility.ingredient import texts


class _MayBe(NamedTuple):
    value_set: str
    words: re.Pattern[str]
    but: re.Pattern[str]  # says which it is, and that it is none of the set
    lesser: re.Pattern[str] | None = None  # says which it is, and that a person must judge


_NOTHING_DONE = r"evaluat|assess|work-?up|candidate|counsel|consult|donor|donat|type and|cross-?match|reaction|consent"
_RULES = (
    _MayBe(
        "VS-PLT-TX",
        re.compile(r"transfus|输血|输注血"),
        re.compile(
            rf"red (?:blood )?cell|erythrocyt|\bp?rbcs?\b|plasma|\bffp\b|cryo|albumin|granulocyt|leu[ck]ocyt|"
            rf"immun|lymphocyt|红细胞|血浆|冷沉淀|白蛋白|粒细胞|{_NOTHING_DONE}"
        ),
    ),
    _MayBe(
        "VS-ALLO-SCT",
        re.compile(r"(?:stem cell|marrow) transplant|\b(?:hsct|bmt)\b|(?:干细胞|骨髓)移植"),
        re.compile(rf"autolog|自体|{_NOTHING_DONE}"),
    ),
    _MayBe(
        "VS-ORGAN-TX",
        re.compile(r"transplant|trasplant|greffe|keratoplast|移植"),
        re.compile(
            rf"hair|marrow|stem cell|hematopoietic|haematopoietic|progenitor|fa?ecal|microbiota|stool|tendon|dental|"
            rf"tooth|nerve|embryo|干细胞|骨髓|毛发|粪|胚胎|{_NOTHING_DONE}"
        ),
        re.compile(r"corne|keratoplast|\bskin\b|\bbone\b|角膜|皮肤|骨移植"),
    ),
)
_CODES = {"36430": "VS-PLT-TX"}  # CPT: transfusion of blood or blood components
_CPT = ("/cpt", "2.16.840.1.113883.6.12")


def may_be(concept: Concept) -> Hits:
    """The sets left open, by their words or, without words that say which it is, by a code for any of them."""
    found: dict[str, Mark] = {}
    for rule in _RULES:
        marks = [mark for text in texts(concept) if (mark := _of(text, rule)) is not None]
        coded = any(
            _CODES.get(coding.code) == rule.value_set and coding.system.lower().endswith(_CPT)
            for coding in concept.codings
        )
        said_otherwise = any(rule.but.search(text) for text in texts(concept))
        if marks or (coded and not said_otherwise):
            found[rule.value_set] = Mark.UNKNOWN if Mark.UNKNOWN in marks or not marks else Mark.JUDGEMENT
    return found


def _of(text: str, rule: _MayBe) -> Mark | None:
    named = rule.words.search(text)
    if named is None or rule.but.search(text) or is_planned(text) or negates_finding(text, *named.span()):
        return None
    return Mark.JUDGEMENT if rule.lesser is not None and rule.lesser.search(text) else Mark.UNKNOWN
