"""When an alarm word stands in a text by chance: "STEMI" in "systemic steroids", "HIV" in "hives" (rule G7c).

Alarm words are looked for anywhere, because diseases are named in compounds (NSTEMI, adenocarcinoma). What is listed
here is no such compound but another word, or the same word of another organ or thing (a leg ulcer, hearing aids).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_LONGER: Mapping[str, tuple[str, ...]] = {
    "stemi": ("systemic",),
    "hiv": ("hives", "shiver", "archive"),
    "aids": (
        "band-aids",
        "hearing aids",
        "hearing-aids",
        "low vision aids",
        "mobility aids",
        "sleep aids",
        "visual aids",
        "walking aids",
    ),
    "varic": (
        "varicella",
        "varicelliform",
        "varicocele",
        "varicose veins of both l",
        "varicose veins of le",
        "varicose veins of lower",
        "varicose veins of right l",
        "varicose veins of the l",
        "varicose veins of unspecified l",
    ),
    "septic": ("aseptic",),
    "psychos": ("psychosocial",),
    "mania": ("leishmania",),
    "angina": ("herpangina",),
    "ulcus": ("sulcus",),
    "chf": ("pitchfork", "watchful"),
    "htn": ("ghtn",),  # lightning, tightness of the chest
    "stroke": ("heat stroke", "heatstroke", "sunstroke"),
    "tumor": ("pseudotumor", "tumor necrosis factor"),
    "diabet": ("diabetes insipidus", "pre-diabet", "prediabet"),
    "hypertens": ("ocular hypertension", "intracranial hypertension"),
    "depress": ("depressed fracture", "depressed skull", "marrow depression", "respiratory depression"),
    "transplant": ("hair transplant",),
    "bleeding": (
        "bleeding from gums",
        "bleeding from the gums",
        "bleeding gum",
        "bleeding of gums",
        "gingival bleeding",
        "gum bleeding",
    ),
    "dependence": (
        "cigarette dependence",
        "corticosteroid dependence",
        "dependence on enabling machines",
        "dependence on nicotine",
        "dependence on supplemental oxygen",
        "dependence on tobacco",
        "dependence on wheelchair",
        "nicotine dependence",
        "steroid dependence",
        "tobacco dependence",
        "transfusion dependence",
    ),
    "abuse": (
        "child abuse",
        "domestic abuse",
        "emotional abuse",
        "nicotine abuse",
        "partner abuse",
        "physical abuse",
        "sexual abuse",
        "tobacco abuse",
    ),
    "ulcer": (
        "ankle ulcer",
        "aphthous ulcer",
        "corneal ulcer",
        "decubitus ulcer",
        "foot ulcer",
        "heel ulcer",
        "leg ulcer",
        "mouth ulcer",
        "oral ulcer",
        "pressure ulcer",
        "skin ulcer",
        "venous ulcer",
    ),
}
_JOINED_BEFORE = re.compile(r"(?:[/&+,;-]|\b(?:and|or|with|plus))\s*$")
_JOINED_AFTER = re.compile(r"[a-z]*\s*(?:[/&+,;-]|\b(?:and|or|with|plus)\b)")
_LONGEST_JOINT = 10


def stands_by_chance(text: str, start: int, word: str) -> bool:
    """Whether an alarm word at a place of a folded text is part of a longer name that means something else."""
    return any(_stands(text, start - longer.find(word), longer) for longer in _LONGER.get(word, ()))


def _stands(text: str, start: int, longer: str) -> bool:
    """A phrase may be half of a row ("alcohol and tobacco abuse", "bleeding gums and rectum"): then it does not."""
    if start < 0 or not text.startswith(longer, start):
        return False
    if " " not in longer:
        return True
    before = text[max(0, start - _LONGEST_JOINT) : start]
    return not (_JOINED_BEFORE.search(before) or _JOINED_AFTER.match(text, start + len(longer)))
