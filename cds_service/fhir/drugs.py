"""Which drug a medication[x] means: inline, contained, referenced, made of ingredients, or only named (rule G5)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice

from cds_service.fhir.concepts import EMPTY, concept_of, has_words, says_nothing, together
from cds_service.fhir.discretion import restricted
from cds_service.fhir.draft import Draft
from cds_service.fhir.elements import Json, modified, part, parts, reference_in, text_of
from cds_service.fhir.masses import mass_of, pieces_of
from eligibility.terminology import Coding, Concept, Hits, Mark

_HOPS = 3  # Medication → ingredient.itemReference → Medication; a longer chain is a circle or nonsense
_MOST_PARTS = 100  # no drug has more ingredients; what claims to may be anything
_NAME = re.compile(r"[^\W\d_]{2}")
_NAMELESS = frozenset(
    (
        *("unknown", "unknown drug", "unknown medication", "unspecified", "medication", "drug", "medicine", "other"),
        *("n/a", "see comment", "see note", "study drug", "未知", "不详"),
    )
)
_WORD = re.compile(r"[^\W\d_]{4}")


@dataclass(frozen=True, slots=True)
class Drug:
    """`own` is what the drug itself is called, `parts` its ingredients; `form` is Medication.form."""

    own: Concept = EMPTY
    parts: tuple[Concept, ...] = ()
    form: Concept = EMPTY
    strength: Fraction | None = None  # mg in one tablet or capsule, where Medication.ingredient says so
    usable: bool = True  # false where a modifier that we do not know changes the Medication's meaning
    restricted: bool = False  # the Medication is above normal confidentiality, whatever refers to it

    @property
    def concepts(self) -> tuple[Concept, ...]:
        return self.parts if says_nothing(self.own) else (self.own, *self.parts)

    @property
    def label(self) -> str:
        """What a person can read: a name before a bare code."""
        named = [concept.label for concept in self.concepts if has_words(concept)]
        return ", ".join(named[:1] if has_words(self.own) else named) or self.own.label

    def hits(self, draft: Draft) -> Hits:
        """The sets of its own code and of every ingredient; what the own code says of a set comes first."""
        if not self.usable:
            return {}  # an unknown modifier may mean the very opposite (G5)
        found: dict[str, Mark] = {}
        for concept in self.concepts:
            for name, mark in draft.terminology.drug(concept).items():
                if name not in found or found[name] is Mark.NON_MEMBER:
                    found[name] = mark
        return found

    def ingredients(self, draft: Draft) -> frozenset[str]:
        return frozenset().union(*(draft.terminology.ingredients(concept) for concept in self.concepts))

    def resolved(self, draft: Draft) -> bool:
        """Whether the record tells which drug it is, by a code that we know or a name; else it may be anything (G5)."""
        if not self.usable:
            return False
        if self._told(self.own, draft):
            return True
        return bool(self.parts) and all(self._told(part, draft) for part in self.parts)

    def recognised(self, draft: Draft) -> bool:
        """Whether our tables know it, or all that it is made of; else a person is told its name."""
        known = draft.terminology.is_known_drug
        return known(self.own) or (bool(self.parts) and all(known(part) for part in self.parts))

    @staticmethod
    def _told(concept: Concept, draft: Draft) -> bool:
        words = (concept.text, *(coding.display for coding in concept.codings))
        return draft.terminology.is_known_drug(concept) or any(map(_is_name, words))


def _is_name(words: str) -> bool:
    """Whether words name a drug; "12HR BODY 220MG" is a stock item, and may be any drug that we know."""
    stock_item = words.isascii() and words.isupper()
    return bool(_NAME.search(words)) and not stock_item and words.casefold() not in _NAMELESS


def drug_of(resource: Json, draft: Draft) -> Drug:
    """The drug of a statement, order or administration."""
    inline = concept_of(resource.get("medicationCodeableConcept"))
    if not says_nothing(inline):
        return Drug(inline)
    reference = part(resource, "medicationReference") or resource.get("medicationReference")
    return _referenced(reference, resource, draft)


def _referenced(reference: object, resource: Json, draft: Draft) -> Drug:
    medication = draft.follow(reference_in(reference), resource)
    named = _named(reference)
    if medication is None or medication.get("resourceType") != "Medication":
        return Drug(named)
    own, ingredients = _own(medication), _some(_ingredients(medication, resource, draft, _HOPS))
    if not any(has_words(concept) for concept in (own, *ingredients)):
        own = together((own, named))
    usable = len(ingredients) <= _MOST_PARTS and not modified(medication, *parts(medication, "ingredient"))
    return Drug(
        own, ingredients, concept_of(medication.get("form")), _strength(medication), usable, restricted(medication)
    )


def _some(ingredients: Iterator[Concept]) -> tuple[Concept, ...]:
    """As many as a drug may have, and one more that tells of too many: those of a circle multiply."""
    return tuple(islice(ingredients, _MOST_PARTS + 1))


def _strength(medication: Json) -> Fraction | None:
    """Structured strength of a drug with one ingredient: mg in one piece. Solutions (mg in mL) have none."""
    ingredients = parts(medication, "ingredient")
    ratio = part(ingredients[0], "strength") if len(ingredients) == 1 else {}
    numerator, denominator = part(ratio, "numerator"), part(ratio, "denominator")
    mass, pieces = mass_of(numerator), pieces_of(denominator)
    if mass is None or mass.per_kg or mass.per_day or not pieces:
        return None
    return mass.mg / pieces


def strength_of(drug: Drug, draft: Draft) -> Fraction | None:
    """mg in one tablet or capsule: from the Medication's ingredient, else from the drug's name (G11)."""
    if drug.strength is not None:
        return drug.strength
    written = {draft.terminology.strength_mg(concept) for concept in drug.concepts} - {None}
    return written.pop() if len(written) == 1 else None


def _named(reference: object) -> Concept:
    """The display, which serves where the reference leads nowhere; a name may hide in the identifier."""
    if not isinstance(reference, dict):
        return EMPTY
    display = text_of(reference.get("display"))
    identifier = text_of(part(reference, "identifier").get("value"))
    return Concept((), display or (identifier if _WORD.search(identifier) else ""))


def _own(medication: Json) -> Concept:
    """The code of a Medication; identifiers where it has neither code nor ingredients."""
    code = concept_of(medication.get("code"))
    return code if not says_nothing(code) or medication.get("ingredient") else _in_identifiers(medication)


def _ingredients(medication: Json, container: Json, draft: Draft, hops: int) -> Iterator[Concept]:
    for ingredient in parts(medication, "ingredient"):
        item = concept_of(ingredient.get("itemCodeableConcept"))
        if not says_nothing(item):
            yield item
        else:
            yield from _linked(ingredient.get("itemReference"), medication, container, draft, hops)


def _linked(reference: object, medication: Json, container: Json, draft: Draft, hops: int) -> Iterator[Concept]:
    """An ingredient that is a Medication or Substance itself, by its own code, else by what that is made of."""
    home = medication if medication.get("contained") else container  # `#id` names what its container holds
    target = draft.follow(reference_in(reference), home) if hops > 1 else None
    own = EMPTY if target is None or target is medication else _own(target)
    if target is not None and target is not medication and says_nothing(own):
        found = _some(_ingredients(target, home, draft, hops - 1))
        yield from found or (_named(reference),)
    else:
        yield _named(reference) if says_nothing(own) else own


def _in_identifiers(medication: Json) -> Concept:
    """A drug known by identifiers only: their values as codes, and the first that reads like a name as text."""
    coded = together(
        concept_of({"coding": [{"system": one.get("system"), "code": one.get("value")}]})
        for one in parts(medication, "identifier")
    )
    named = sorted(coding.code for coding in coded.codings if _WORD.search(coding.code))
    codings = tuple(Coding(coding.system, coding.code) for coding in coded.codings if coding.code not in named)
    return Concept(codings, named[0] if named else "")
