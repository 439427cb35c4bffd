"""When a name in a text does not speak for the patient: negated, of the family, screened for, exposed, vaccinated.

Value-sets.md §3.5 and rule G7c. Only what stands in the same clause counts, and only where nothing but small words
lies between: "no history of cancer" is none, "not well controlled diabetes" is diabetes. Where in doubt the name
speaks, because a name that is read in vain makes a question, and one that is overlooked makes a false certainty.
"""

from __future__ import annotations

import re

from eligibility.phrase import word_set, words_of

_CLAUSE = re.compile(r"[,;!?。()\n]|(?<!\d)\.|\.(?!\d)|\bbut\b|\bhowever\b|但")
_NEGATIONS = word_set("no not without denies denied deny never avoid avoids avoiding nil neither fh fhx")
_NEGATING_PAIRS = frozenset(
    (
        "allergy to",
        "allergic to",
        "intolerance to",
        "intolerant of",
        "intolerant to",
        "hypersensitivity to",
        "negative for",
        "free of",
        "absence of",
        "family history",
        "family hx",
    )
)
_SMALL = word_set(
    "a an the any or nor of for to on in known current currently active acute history hx h o evidence sign signs "
    "symptom symptoms suspicion personal prior previous past recent significant documented clinical taking having "
    "has had have been lung breast colon prostate skin liver renal heart"
)
_SMALL_WITH_DRUGS = _SMALL | word_set(
    "take takes using use given prescribed all products product containing and such as like e g ie eg nsaid nsaids "
    "longer tolerate receive received receiving start started daily oral"
)
_REACH = 5  # words between
_PAGES = 5000  # characters
_NEAR = 300  # characters of a clause that are looked at: longer ones nobody writes, and each name would read them all

_SPOKEN_BEFORE = re.compile(
    r"\bscreen(?:ing|ed)?\b|\bexpos(?:ure|ed) to\b|\bcontact with\b|\bvaccin\w*|\bimmuni[sz](?:ation|ed)\b"
    r"|\bfamily (?:history|hx)\b|\bfhx?\b|家族史|筛查|接种|暴露|接触"
)
_SPOKEN_AFTER = re.compile(
    r"\w*(?:\W+(?:infection|virus|disease|status|antibody|[abc]))?\W*"
    r"\b(?:screen(?:ing)?|exposure|contact|vaccin\w*|immuni[sz]ation|family (?:history|hx))\b"
    r"|.{0,6}?(?:家族史|筛查|暴露|接触|疫苗|接种)"
)
# What ties a disease to the patient after all: "abnormal screening with cancer", "HIV screening positive".
_TIED = re.compile(
    r"\b(?:with|due|secondary|from|after|following|because|caused|by|positive|reactive|abnormal)\b"
    r"|合并|伴|导致|引起|后(?=\w)|阳性|异常"
)
_DENIED_AFTER = re.compile(
    r"\w*\W*(?:is |was |were |has been |have been )?(?:ruled out|excluded)\b"
    r"|\w*\W*(?:infection |antibody |serology |status |test )?negative(?: status| test| serology)?\W*$"
    r"|已排除|已除外|[病毒抗原体表面核心]{0,6}阴性"
)
_HAN_NEGATION = re.compile(r"无|否认|没有|未见|未发现|未患|(?<![不未能待])排除")
_HAN_SMALL = re.compile(
    r"(?:明显|明确|已知|任何|其[他它]|既往|慢性|活动性|近期|急性|严重|重大|患|有|过|的|药物?|服用|使用|应用|证据|病史|史|[肺肝胃肠肾脑骨脾胰]|乳腺|[及和或与/、\s])*$"
)
_HAN_LIST_END = re.compile(r"[、及和或与/]$")
_HAN_OTHER_SENSE = ("症状", "痛", "力", "效", "名", "法", "菌", "创", "反应", "应答", "诱因", "明显诱因", "缓解")


def _clause(text: str, start: int, end: int) -> tuple[str, str]:
    """What stands before and after a name within its clause."""
    before, after = text[max(0, start - _NEAR) : start], text[end : end + _NEAR]
    return _CLAUSE.split(before)[-1], _CLAUSE.split(after, maxsplit=1)[0]


def _negated(before: str, small: frozenset[str]) -> bool:
    words = words_of(before)[-_REACH - 2 :]
    for place in range(len(words) - 1, -1, -1):
        if words[place] in _NEGATIONS or " ".join(words[max(0, place - 1) : place + 1]) in _NEGATING_PAIRS:
            return True
        if words[place] not in small:
            return False
    return False


def _han_negated(before: str) -> bool:
    for found in _HAN_NEGATION.finditer(before):
        between = before[found.end() :]
        if not between.startswith(_HAN_OTHER_SENSE) and (_HAN_SMALL.match(between) or _HAN_LIST_END.search(between)):
            return True
    return False


_DRUG_CUES = _NEGATIONS | word_set("to of history hx")  # without one of these nothing is denied


def negates_drug(text: str, start: int, end: int) -> bool:
    """Whether a drug's name in a folded text is a drug not taken: "avoid aspirin", "allergy to ibuprofen", 无."""
    near = text[max(0, start - _NEAR) : start]
    if near.isascii() and _DRUG_CUES.isdisjoint(words_of(near)):
        return False
    before, _ = _clause(text, start, end)
    return _negated(before, _SMALL_WITH_DRUGS) or _han_negated(before)


def names_its_opposite(text: str, start: int, end: int) -> bool:
    """Whether a product is named by what it is not: "non-aspirin pain relief", "aspirin-free"."""
    return text.endswith(("non-", "non "), 0, start) or text.startswith(("-free", " free"), end)


def negates_finding(text: str, start: int, end: int) -> bool:
    """Whether a disease or procedure named in a folded text is denied: "no known cancer", "PE ruled out", 否认."""
    before, after = _clause(text, start, end)
    return _negated(before, _SMALL) or _han_negated(before) or _DENIED_AFTER.match(after) is not None


def speaks_of_risk(text: str, start: int, end: int) -> bool:
    """Whether a disease is named only as one of the family, screened for, exposed to or vaccinated against (G7c)."""
    before, after = _clause(text, start, end)
    spoken = list(_SPOKEN_BEFORE.finditer(before))
    if spoken and not _TIED.search(before[spoken[-1].end() :]):
        return True
    return _SPOKEN_AFTER.match(after) is not None and not _TIED.search(after)


def denies_finding(text: str, start: int, end: int) -> bool:
    """Whether a disease named in a folded text is, for whatever reason, not the patient's own disease.

    In a text of pages every name speaks: it is no name of a problem, and a person must read it.
    """
    if len(text) > _PAGES:
        return False
    return negates_finding(text, start, end) or speaks_of_risk(text, start, end)


_PLANNED = re.compile(
    r"\b(?:plan(?:s|ned|ning)?|scheduled?|consider(?:s|ed|ing|ation)?|refer(?:red|ral)?|candidate|listed|waiting|"
    r"await(?:ing)?|evaluation|assessment|workup|work up|consult(?:ation)?|discuss(?:ed|ion)?|pre|before|declined?|"
    r"refus(?:ed|es|al)|donor|possible|suspected|offered|education|counsel\w*)\b"
    r"|拟|计划|预约|考虑|拒绝|评估|术前|等待|捐"
)


def is_planned(text: str) -> bool:
    """Whether a folded text speaks of a procedure that is intended, weighed or declined rather than done."""
    return _PLANNED.search(text) is not None


_FAMILY_FIRST = re.compile(
    r"\W*(?:(?:no|negative|positive|strong|known|significant|a|has|maternal|paternal)\s+)*"
    r"(?:family (?:history|hx)\b|fhx\b|fh(?=\s*[:\-]|\s+of\b))(?!.*\bfamilial\b)"
    r"|(?:无|有|否认|阳性)?家族史|(?:有|否认|无)[^有无]*家族史$|[^有无否]*家族史$"
)
_FAMILY_LAST = re.compile(r"^(?!.*\b(?:with|without|no|and|positive|personal)\b).*\b(?:family history|fh)$")


def is_of_family(text: str) -> bool:
    """Whether a folded text as a whole is about the patient's family: its first clause says so, or its last."""
    if not any(cue in text for cue in ("family", "fh", "家族")):
        return False
    clauses = [clause.strip() for clause in _CLAUSE.split(text) if clause.strip()]
    if not clauses:
        return False
    if _FAMILY_FIRST.match(clauses[0]) or _FAMILY_LAST.match(clauses[0]):
        return True
    return len(clauses) == 2 and clauses[1] in ("family history", "fh", "家族史")
