"""How a drug gets into the body and how strong a unit of it is, by its name, its route and its ATC group.

G11: no route and no form is systemic; only an explicit local route or form takes a steroid, NSAID or heparin out.
Texts come folded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from fractions import Fraction
from itertools import pairwise

from eligibility.phrase import word_set, words_of

# ATC groups of local use: skin, eyes and ears, nose, airways, joints, mouth, bowel, veins, vagina.
_LOCAL_ATC = ("D", "S", "R01", "R03A", "R03B", "M02", "A01", "A07EA", "C05A", "C05B", "G01")

_LOCAL_WORDS = word_set(
    "cream creams ointment ointments lotion lotions shampoo foam enema enemas topical topically cutaneous lip "
    "mouthwash dental periodontal vaginal vaginally ophthalmic intraocular intravitreal conjunctival eyedrops "
    "otic auricular nasal nasally inhaler inhalers inhalation inhalations inhalant inhaled nebuliser nebulizer "
    "nebulised nebulized nebulisation nebulization articular intraarticular intralesional intrabursal flush "
    "flushes lock"
)
_LOCAL_PAIRS = frozenset(
    (
        *((place, drops) for place in ("eye", "ear", "nose") for drops in ("drop", "drops")),
        *(("metered", "dose"), ("respiratory", "tract"), ("oral", "rinse"), ("oral", "paste"), ("external", "use")),
    )
)
_LOCAL_HAN = re.compile(
    "软膏|乳膏|滴眼|眼膏|眼用|滴耳|滴鼻|鼻喷|鼻用|喷鼻|吸入|雾化|凝胶|外用|搽剂|洗剂|灌肠|关节腔|封管|冲管|阴道|局部"
)
_SWALLOWED = word_set("liqui soft")  # softgels
_PATCH_WORDS = word_set("patch patches plaster plasters")
_PATCH_HAN = re.compile("贴膏|贴剂|贴片|膏药")
_PARENTERAL_WORDS = word_set(
    "iv ivpb ivp intravenous intravenously im intramuscular intramuscularly sc sq subq subcut subcutaneous "
    "subcutaneously parenteral injection injections injectable infusion infusions infused vial vials syringe"
)
_PARENTERAL_PAIRS = frozenset((("i", "v"), ("i", "m"), ("s", "c")))
_PARENTERAL_HAN = re.compile("静脉|静滴|静注|肌注|肌肉|皮下|注射|输注")
_ORAL_WORDS = word_set(
    "po oral orally tab tabs tablet tablets cap caps capsule capsules caplet caplets lozenge chewable syrup "
    "elixir softgel softgels liqui"
)
_ORAL_PAIRS = frozenset((("p", "o"), ("per", "os"), ("by", "mouth")))
_ORAL_HAN = re.compile("口服|片|胶囊|颗粒|丸")

# RxNorm's grammar for a clinical drug: ingredient, strength, dose form; its ingredients are written in small letters.
_CLINICAL_DRUG = re.compile(
    r"\d ?(?:MG|MCG|UNT|MEQ|ML|MMOL|GM|%)\b.*\b(?:Tablet|Capsule|Caplet|Solution|Suspension|Injection|Injector|Syringe|"
    r"Cartridge|Powder|Granules|Cream|Ointment|Gel|Lotion|Foam|Spray|Inhaler|Patch|Film|Lozenge|Suppository|Implant|"
    r"System|Ring|Insert|Drops|Syrup|Elixir)\b"
)

_ROUTE_CODES = {
    "6064005": "local",
    "54485002": "local",
    "46713006": "local",
    "447694001": "local",
    "10547007": "local",
    "12130007": "local",
    "16857009": "local",
    "372449004": "local",
    "26643006": "oral",
    "47625008": "parenteral",
    "78421000": "parenteral",
    "34206005": "parenteral",
}

_STRENGTH = re.compile(
    r"(?<![\d.,])(\d{1,3}(?:,\d{3})+|\d+(?:[.,]\d+)?)[ -]?(mg|mcg|µg|μg|ug|gm|g|毫克|微克|克)(?![a-z])(\s*/)?"
)
_IN_MG = {"mg": Fraction(1), "毫克": Fraction(1), "g": Fraction(1000), "gm": Fraction(1000), "克": Fraction(1000)}
_PER_DAY = word_set("daily qd bid tid qid every once twice day take")
_PER_DAY_HAN = re.compile("每[日天]|一日")


def is_local_atc(code: str) -> bool:
    """Whether an ATC code is of a group for local use, such as D07 or R03BA."""
    return code.startswith(_LOCAL_ATC)


def names_local_form(text: str) -> bool:
    """Whether a drug's name states a form for local use. Softgels are swallowed."""
    words = words_of(text)
    if _says(text, words, _LOCAL_WORDS, _LOCAL_PAIRS, _LOCAL_HAN):
        return True
    return any(word == "gel" and not _swallowed(words, place) for place, word in enumerate(words))


def _swallowed(words: list[str], place: int) -> bool:
    before, after = words[place - 1] if place else "", words[place + 1] if place + 1 < len(words) else ""
    return before in _SWALLOWED or after.startswith("cap")


def _says(
    text: str, words: list[str], single: frozenset[str], pairs: frozenset[tuple[str, str]], han: re.Pattern[str]
) -> bool:
    if not single.isdisjoint(words) or not pairs.isdisjoint(pairwise(words)):
        return True
    return not text.isascii() and han.search(text) is not None


def names_patch(text: str) -> bool:
    """A patch: local for an NSAID, systemic for a nitrate."""
    return _says(text, words_of(text), _PATCH_WORDS, frozenset(), _PATCH_HAN)


def route_of_code(code: str) -> str | None:
    """SNOMED CT routes of which we are sure."""
    return _ROUTE_CODES.get(code)


def route_of_texts(texts: Iterable[str]) -> str | None:
    """Local, parenteral or oral as the words say; None when they say nothing or two things."""
    said = {route for text in texts for route in _routes(text)}
    if "local" in said:
        return "local"
    return said.pop() if len(said) == 1 else None


def _routes(text: str) -> Iterable[str]:
    words = words_of(text)
    if names_local_form(text):
        yield "local"
    if _says(text, words, _PARENTERAL_WORDS, _PARENTERAL_PAIRS, _PARENTERAL_HAN):
        yield "parenteral"
    if _says(text, words, _ORAL_WORDS, _ORAL_PAIRS, _ORAL_HAN):
        yield "oral"


def strength_mg(texts: Iterable[str]) -> Fraction | None:
    """The mg of one unit ("prednisone 20 MG Oral Tablet"); None for liquids, combinations and daily doses in words."""
    found: set[Fraction] = set()
    for text in texts:
        if _is_daily_dose(text):
            return None
        for number, unit, per in _STRENGTH.findall(text):
            if per:
                return None
            found.add(_milligrams(number, unit))
    return found.pop() if len(found) == 1 else None


def _is_daily_dose(text: str) -> bool:
    """Whether "20 mg daily" is meant rather than the strength of a tablet."""
    daily = not _PER_DAY.isdisjoint(words_of(text)) or (not text.isascii() and _PER_DAY_HAN.search(text) is not None)
    return daily and not any(_routes(text))


def _milligrams(number: str, unit: str) -> Fraction:
    thousands = re.fullmatch(r"\d{1,3}(?:,\d{3})+", number)
    value = Fraction(number.replace(",", "" if thousands else "."))
    return value * _IN_MG.get(unit, Fraction(1, 1000))


def names_ingredients(display: str) -> bool:
    """Whether an RxNorm name says what is in the drug (value-sets.md §3.3): an ingredient's or a clinical drug's does.

    A brand alone does not: "Bayer Back & Body" is aspirin with caffeine.
    """
    return bool(display) and (display == display.lower() or bool(_CLINICAL_DRUG.search(display)))
