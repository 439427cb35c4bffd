"""When an entry of a list says that there is nothing to list, or that nothing is known (VS-NONE; G7).

"No known medications" is evidence of absence; "no information about medications" is the opposite of it.
"""

from __future__ import annotations

import re

from eligibility.coding import Concept, canonical_system
from eligibility.ingredient import texts
from eligibility.phrase import whole

_SNOMED = {
    "716186003": "no-known-allergies",
    "409137002": "no-known-allergies",
    "160244002": "no-known-allergies",
    "160245001": "no-known-problems",
    "787481004": "no-known-medications",
    "787480003": "no-known-procedures",
}
_IPS = {f"no-known-{kind}": f"no-known-{kind}" for kind in ("medications", "problems", "allergies", "procedures")} | {
    f"no-{kind}-info": f"no-{kind}-info" for kind in ("medication", "problem", "allergy", "procedure")
}
_NOUNS = {
    "medication": r"medications?|medicines?|drugs?|meds",
    "problem": r"problems?(?: or disability)?|medical problems?|health problems?|conditions?|diagnos[ei]s",
    "allergy": r"(?:drug |medication )?allerg(?:y|ies)",
    "procedure": r"procedures?|surger(?:y|ies)|operations?",
}
_PLURAL = {"medication": "medications", "problem": "problems", "allergy": "allergies", "procedure": "procedures"}
_HAN = {
    "medication": "无用药|无服药|无长期用药|目前无用药|未用药|未服药|未服用药物",
    "problem": "无已知疾病|无基础疾病|无既往疾病",
    "allergy": "nkd?a|nkma|(?:无|否认)(?:已知)?(?:药物|食物|药物及食物)?过敏史?|无药敏史",
    "procedure": "(?:无|否认)手术史",
}
_STATED = {
    kind: re.compile(
        rf"(?:there (?:is|are) )?no (?:(?:known|current|active|chronic) )*(?:{nouns})(?: (?:known|reported|recorded))?"
        rf"|{_HAN[kind]}"
    )
    for kind, nouns in _NOUNS.items()
}
_UNSTATED = {
    kind: re.compile(rf"no information (?:about|on) (?:current )?(?:past history of )?(?:{nouns})|(?:{nouns}) unknown")
    for kind, nouns in _NOUNS.items()
}
_NOTHING = re.compile(r"none|none known|none reported|nil|nil known|no known|无|否认")
_NOT_KNOWN = re.compile(r"unknown|not known|no information|不详")


def none_known(concept: Concept, kind: str = "") -> str | None:
    """`no-known-…` or `no-…-info` when the entry as a whole says so, else None.

    `kind` is `medication`, `problem`, `allergy` or `procedure`: the list in which "none known" is meant.
    """
    coded = [_of_code(canonical_system(coding.system), coding.code.strip()) for coding in concept.codings]
    return next(filter(None, [*coded, *(_of_text(text, kind) for text in texts(concept))]), None)


def _of_code(system: str, code: str) -> str | None:
    if system == "snomed":
        return _SNOMED.get(code)
    return _IPS.get(code) if system == "absent-unknown" else None


# Every phrase above holds one of these.
_CUE = re.compile(r"no|nil|nk|无|未|否认|不详")


def _of_text(text: str, kind: str) -> str | None:
    if not _CUE.search(text):
        return None
    said = whole(text)
    for each, plural in _PLURAL.items():
        if _STATED[each].fullmatch(said) or (each == kind and _NOTHING.fullmatch(said)):
            return f"no-known-{plural}"
        if _UNSTATED[each].fullmatch(said) or (each == kind and _NOT_KNOWN.fullmatch(said)):
            return f"no-{each}-info"
    return None
