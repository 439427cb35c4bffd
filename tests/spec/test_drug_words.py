"""Which drug a record speaks of, in which form and how strong (value-sets.md §3.3, §3.5; G11)."""

from __future__ import annotations

from fractions import Fraction

import pytest

from eligibility.terminology import Coding, Concept, Mark
from tests.spec.terms import coded, shipped, told, words


@pytest.mark.parametrize(
    "concept, expected",
    [
        # by code, by an expanded code, by the whole word in the name of a code we do not have
        (coded("rxnorm", "1191"), {"VS-APT": "member"}),
        (coded("rxnorm", "243670"), {"VS-APT": "member"}),
        (coded("rxnorm", "99999999", "aspirin 75 MG Delayed Release Oral Tablet [Nu-Seals]"), {"VS-APT": "member"}),
        (coded("rxnorm", "99999999"), {}),
        (coded("rxnorm", "99999999", "predniSONE 2.5 MG Oral Tablet"), {"VS-STEROID": "member"}),
        # names in capitals, with strengths, hyphens and digits, in Chinese
        (words("BAYASPIRIN 100MG"), {"VS-APT": "member"}),
        (words("ASS 100"), {"VS-APT": "member"}),
        (words("阿司匹林肠溶片 100mg"), {"VS-APT": "member"}),
        (words("TAK-079"), {"VS-CD38": "member"}),
        (words("anti-CD38 antibody"), {"VS-CD38": "member"}),
        (words("CM313 injection"), {"VS-CD38": "member"}),
        (words("rituximab-abbs 500 mg"), {"VS-RTX": "member"}),
        (words("rhTPO"), {"VS-TPORA": "member"}),
        (words("ASAP"), {}),
        (words("TAK-0791"), {}),
        # a spelling that no set lists speaks through its drug
        (words("Deltasone 5 mg"), {"VS-STEROID": "member"}),
        (words("metamizole 500 mg"), {"VS-NSAID": "judgement"}),
        # one set's row decides for that set, whatever the name says
        (coded("rxnorm", "617615", "immune globulin intravenous or subcutaneous"), {"VS-IVIG": "non-member"}),
        (coded("atc", "J06BA01", "immune globulin intravenous"), {"VS-IVIG": "non-member"}),
        # an ATC code of local use outweighs the name; one of systemic use does not silence it
        (coded("atc", "D11AH01", "tacrolimus"), {}),
        (coded("atc", "M02AA15", "diclofenac"), {}),
        (coded("atc", "A01AD05", "acetylsalicylic acid"), {}),
        (coded("atc", "P01BA02", "hydroxychloroquine"), {"VS-ITP-OTHER-MAINT": "member"}),
        # denied
        (words("no aspirin"), {}),
        (words("not taking any aspirin"), {}),
        (words("avoid NSAIDs such as ibuprofen"), {}),
        (words("allergy to aspirin"), {}),
        (words("non-aspirin pain relief"), {"VS-APT": "unknown"}),
        (words("aspirin-free headache tablets"), {"VS-APT": "unknown"}),
        (words("无阿司匹林"), {}),
        (words("否认服用阿司匹林"), {}),
        (words("avoid aspirin; clopidogrel 75 mg"), {"VS-APT": "member", "VS-P2Y12": "member"}),
        (words("do not crush aspirin 81 mg"), {"VS-APT": "member"}),
        (words("lisinopril, no longer aspirin"), {"VS-HF-DRUG": "member"}),
        # Chinese names are read as the longest one
        (words("异环磷酰胺"), {"VS-CHEMO": "member"}),
        (words("环磷酰胺"), {"VS-CHEMO": "member", "VS-IS-OTHER": "member"}),
        (words("甲泼尼松龙片"), {"VS-METHYLPREDNISOLONE": "member", "VS-STEROID": "member"}),
        (words("omeprazole 20 mg"), {}),
    ],
)
def test_where_a_drug_belongs(concept: Concept, expected: dict[str, str]) -> None:
    assert told(shipped().drug(concept)) == expected


@pytest.mark.parametrize(
    "concept, names",
    [
        (words("methylprednisolone 4 MG Oral Tablet"), {"methylprednisolone"}),
        (words("prednisolone 5 mg"), {"prednisolone"}),
        (words("泼尼松龙"), {"prednisolone"}),
        (words("甲泼尼龙"), {"methylprednisolone"}),
        (words("泼尼松"), {"prednisone"}),
        (words("hydrocortisone"), {"hydrocortisone"}),
        (words("氢化可的松"), {"hydrocortisone"}),
        (coded("rxnorm", "312615"), {"prednisone"}),
        (coded("atc", "B01AC06"), {"aspirin"}),
        (words("Ecotrin"), {"aspirin"}),
        (coded("rxnorm", "226716"), {"aspirin", "dipyridamole"}),
        (words("Aggrenox"), {"aspirin", "dipyridamole"}),
        (coded("atc", "C10BX06"), {"aspirin", "atorvastatin", "ramipril"}),
        (coded("rxnorm", "99999999"), {"rxnorm|99999999"}),
        (words("Wonder Drops"), {"wonder drops"}),
    ],
)
def test_which_drug_it_is(concept: Concept, names: set[str]) -> None:
    assert shipped().ingredients(concept) == names


@pytest.mark.parametrize(
    "drug, factor",
    [
        ("prednisone", "1"),
        ("prednisolone", "1"),
        ("methylprednisolone", "5/4"),
        ("triamcinolone", "5/4"),
        ("dexamethasone", "20/3"),
        ("betamethasone", "20/3"),
        ("hydrocortisone", "1/4"),
        ("cortisone", "1/5"),
        ("deflazacort", "5/6"),
        ("budesonide", None),
        ("aspirin", None),
    ],
)
def test_prednisone_equivalents_are_exact(drug: str, factor: str | None) -> None:
    found = shipped().prednisone_equivalent(shipped().ingredients(words(drug)))
    assert found == (None if factor is None else Fraction(factor))


def test_every_member_of_VS_STEROID_that_names_a_drug_has_a_prednisone_equivalent() -> None:
    terms = shipped()
    rows = [row for row in terms.value_sets["VS-STEROID"].rows if row.match == "exact" and row.mark is Mark.MEMBER]
    without = [
        row.display
        for row in rows
        if terms.prednisone_equivalent(terms.ingredients(coded(row.system, row.code))) is None
    ]
    assert without == []


@pytest.mark.parametrize(
    "concept, local",
    [
        (words("hydrocortisone 1% cream"), True),
        (words("diclofenac 1% gel"), True),
        (words("ketorolac tromethamine 5 MG/ML Ophthalmic Solution"), True),
        (words("fluticasone nasal spray"), True),
        (words("budesonide 0.5 mg/2 mL inhalation suspension"), True),
        (words("heparin lock flush 100 UNT/ML"), True),
        (words("triamcinolone, intra-articular"), True),
        (words("diclofenac patch"), True),
        (words("地塞米松滴眼液"), True),
        (words("糠酸莫米松乳膏"), True),
        (coded("atc", "D07AC01"), True),
        (coded("atc", "R03BA02"), True),
        (coded("atc", "H02AB07"), False),
        (words("nitroglycerin patch"), False),
        (words("Advil Liqui-Gels 200 mg"), False),
        (words("ibuprofen gel capsule"), False),
        (words("heparin 5000 UNT/ML injection"), False),
        (words("prednisone"), False),
    ],
)
def test_only_an_explicit_local_form_is_local(concept: Concept, local: bool) -> None:
    assert shipped().is_local_form(concept) is local


@pytest.mark.parametrize(
    "concept, route",
    [
        (coded("snomed", "26643006"), "oral"),
        (coded("snomed", "47625008"), "parenteral"),
        (coded("snomed", "34206005"), "parenteral"),
        (coded("snomed", "6064005"), "local"),
        (coded("snomed", "54485002"), "local"),
        (words("IV"), "parenteral"),
        (words("i.v."), "parenteral"),
        (words("by mouth"), "oral"),
        (words("p.o."), "oral"),
        (coded("http://terminology.hl7.org/CodeSystem/v3-RouteOfAdministration", "PO"), "oral"),
        (words("静脉滴注"), "parenteral"),
        (words("口服"), "oral"),
        (words("to the eye, eye drops"), "local"),
        (words("methylprednisolone 125 MG Injection"), "parenteral"),
        (words("predniSONE 20 MG Oral Tablet"), "oral"),
        (coded("rxnorm", "312615"), "oral"),
        (words("tablet or injection"), None),
        (words("as directed"), None),
        (coded("urn:local", "topical"), "local"),  # a word for a code, where nothing else is written
        (coded("urn:local", "topical", text="prednisone"), None),
    ],
)
def test_the_route_by_code_or_by_words(concept: Concept, route: str | None) -> None:
    assert shipped().route(concept) == route
    assert shipped().is_local_route(concept) is (route == "local")


@pytest.mark.parametrize(
    "concept, strength",
    [
        (words("predniSONE 20 MG Oral Tablet"), Fraction(20)),
        (coded("rxnorm", "198144"), Fraction(1)),
        (words("aspirin 81 mg tab"), Fraction(81)),
        (words("泼尼松片 5mg"), Fraction(5)),
        (words("dexamethasone 0.75 mg tablets"), Fraction(3, 4)),
        (words("Dexamethason 0,5 mg Tabletten"), Fraction(1, 2)),
        (words("methylprednisolone 1,000 mg vial"), Fraction(1000)),
        (words("methylprednisolone 1 g vial"), Fraction(1000)),
        (words("fludrocortisone 100 mcg tablet"), Fraction(1, 10)),
        (words("prednisolone 5 MG/ML Oral Solution"), None),  # a concentration
        (words("prednisolone 15 mg/5 mL syrup"), None),
        (coded("rxnorm", "259081"), None),  # aspirin 25 mg with dipyridamole 200 mg
        (words("prednisone 20 mg daily"), None),  # a dose, not a tablet
        (words("prednisone"), None),
    ],
)
def test_the_strength_of_one_tablet(concept: Concept, strength: Fraction | None) -> None:
    assert shipped().strength_mg(concept) == strength


@pytest.mark.parametrize(
    "concept, known",
    [
        (words("prednisone"), True),
        (coded("rxnorm", "7646", "omeprazole"), True),
        (coded("atc", "N02BE01"), True),
        (coded("rxnorm", "7646"), False),
        (coded("rxnorm", "99999999", "oddimab 5 MG Oral Tablet"), True),  # RxNorm says what is in it
        (coded("rxnorm", "99999999", "Oddiva"), False),  # a brand of nobody knows what
        (coded("snomed", "99999999", "oddimab 5 MG Oral Tablet"), False),
        (words("oddimab eye drops"), True),  # for local use, whatever it is
        (words("oddimab"), False),
        (coded("http://hl7.org/fhir/sid/ndc", "00000000000", "12HR BODY 220MG"), False),
        (Concept((Coding("", "", ""),)), False),
    ],
)
def test_whether_we_can_tell_which_drug_it_is(concept: Concept, known: bool) -> None:
    assert shipped().is_known_drug(concept) is known
