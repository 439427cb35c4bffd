"""Which value sets a code stands in (value-sets.md §3.1, §3.2, §3.7, §3.8), and which system an address means."""

from __future__ import annotations

import pickle

import pytest

from eligibility.terminology import (
    Coding,
    Concept,
    Mark,
    Name,
    Row,
    Terminology,
    ValueSet,
    canonical_code,
    canonical_system,
)
from tests.spec.terms import coded, shipped, told


@pytest.mark.parametrize(
    "address, system",
    [
        ("http://snomed.info/sct", "snomed"),
        ("https://snomed.info/sct/", "snomed"),
        ("http: //snomed.info/sct", "snomed"),
        ("http://snomed.info/sct/731000124108", "snomed"),
        ("http://snomed.info/sct/900000000000207008/version/20240101", "snomed"),
        ("http://snomed.info/sct|http://snomed.info/sct/731000124108", "snomed"),
        ("urn:oid:2.16.840.1.113883.6.96", "snomed"),
        ("URN:OID:2.16.840.1.113883.6.96 ", "snomed"),
        ("2.16.840.1.113883.6.96", "snomed"),
        ("http://hl7.org/fhir/sid/icd-10-cm", "icd-10-cm"),
        ("urn:oid:2.16.840.1.113883.6.90", "icd-10-cm"),
        ("http://hl7.org/fhir/sid/icd-10", "icd-10"),
        ("urn:oid:2.16.840.1.113883.6.3", "icd-10"),
        ("http://fhir.de/CodeSystem/bfarm/icd-10-gm", "icd-10"),
        ("http://hl7.org/fhir/sid/icd-10-cn", "icd-10"),
        ("http://hl7.org/fhir/sid/icd-10-gm", "icd-10"),
        ("http://hl7.org/fhir/sid/icd-10-am", "icd-10"),
        ("http://hl7.org/fhir/sid/icd-10-nl", "icd-10"),
        ("http://hl7.org/fhir/sid/icd-10-us", "icd-10-cm"),
        ("http://hl7.org/fhir/sid/icd-10-pcs", "icd-10-pcs"),
        ("http://hl7.org/fhir/sid/icd-10-proprietary", "http://hl7.org/fhir/sid/icd-10-proprietary"),
        ("http://hl7.org/fhir/sid/icd-9-cm/diagnosis", "icd-9-cm"),
        ("http://hl7.org/fhir/sid/icd-9-cm/procedure", "http://hl7.org/fhir/sid/icd-9-cm/procedure"),
        ("http://hl7.org/fhir/sid/icd-9-cm", "icd-9-cm"),
        ("http://www.cms.gov/Medicare/Coding/ICD10", "icd-10-pcs"),
        ("http://loinc.org", "loinc"),
        ("http://loinc", "loinc"),
        ("urn:oid:2.16.840.1.113883.6.1", "loinc"),
        ("http://www.nlm.nih.gov/research/umls/rxnorm", "rxnorm"),
        ("urn:oid:2.16.840.1.113883.6.88", "rxnorm"),
        ("http://www.whocc.no/atc", "atc"),
        ("http://fhir.de/CodeSystem/bfarm/atc", "atc"),
        ("urn:oid:2.16.840.1.113883.6.73", "atc"),
        ("snomed", "snomed"),
        (" https://clinic.example/problems ", "https://clinic.example/problems"),
        ("", ""),
    ],
)
def test_a_code_system_is_known_by_any_of_its_addresses(address: str, system: str) -> None:
    assert canonical_system(address) == system


@pytest.mark.parametrize(
    "system, written, compared",
    [
        ("icd-10-cm", "d69.3", "D693"),
        ("icd-10-cm", " D693 ", "D693"),
        ("icd-9-cm", "250.00", "25000"),
        ("icd-10", "D69.300x001", "D69300X001"),
        ("snomed", " 32273002\n", "32273002"),
        ("loinc", "la6576-8", "LA6576-8"),
    ],
)
def test_codes_are_compared_in_one_spelling(system: str, written: str, compared: str) -> None:
    assert canonical_code(system, written) == compared


@pytest.mark.parametrize(
    "system, code, expected",
    [
        # ITP is exact: neither a longer code nor the category is it (§3.2)
        ("icd-10-cm", "D69.3", {"VS-ITP": "member"}),
        ("icd-10-cm", "D693", {"VS-ITP": "member"}),
        ("icd-10-cm", "D69.30", {}),
        ("icd-10-cm", "D69.6", {"VS-ITP-UNSPEC": "member"}),
        ("icd-9-cm", "28731", {"VS-ITP": "member"}),
        ("snomed", "28505005", {"VS-ITP": "member"}),
        # SNOMED, LOINC and RxNorm have no prefixes
        ("snomed", "2897005", {"VS-ITP": "member"}),
        ("snomed", "289700", {}),
        ("loinc", "777-3", {"VS-PLT": "member"}),
        ("loinc", "777", {}),
        # prefixes of ICD and ATC
        ("icd-10-cm", "D69.51", {"VS-SEC-ITP-STRONG": "member"}),
        ("atc", "H02AB07", {"VS-STEROID": "member"}),
        ("atc", "H02AB17", {"VS-STEROID": "member"}),
        ("atc", "H02AA02", {}),
        # the longest row decides, and at equal length any other role beats member (§3.7)
        ("icd-10-cm", "C34.1", {"VS-MALIG": "member"}),
        ("icd-10-cm", "C44.01", {"VS-MALIG": "judgement"}),
        ("icd-10-cm", "D05.1", {"VS-MALIG": "judgement"}),
        ("icd-10-cm", "C91.10", {"VS-MALIG": "member", "VS-SEC-ITP-STRONG": "member"}),
        ("icd-10-cm", "C91.11", {"VS-MALIG": "history", "VS-SEC-ITP-STRONG": "history"}),
        ("icd-10-cm", "C97", {}),
        ("icd-10-cm", "F10.20", {"VS-ADDICTION": "member"}),
        ("icd-10-cm", "F10.21", {"VS-ADDICTION": "judgement"}),
        ("atc", "M01AX05", {"VS-NSAID": "non-member"}),
        ("atc", "M01AX01", {"VS-NSAID": "member"}),
        ("atc", "L01FA01", {"VS-CD20": "non-member", "VS-RTX": "member"}),
        # a code of another system is another code
        ("icd-10-pcs", "D69.3", {}),
        ("https://clinic.example/problems", "D69.3", {}),
        ("", "D69.3", {}),
    ],
)
def test_the_most_specific_row_of_each_set_decides(system: str, code: str, expected: dict[str, str]) -> None:
    assert told(shipped().finding(coded(system, code))) == expected


@pytest.mark.parametrize(
    "code, expected",
    [
        ("D69.3", {"VS-ITP": "member"}),
        ("D69.300", {"VS-ITP": "member"}),
        ("D69.300x001", {"VS-ITP": "member"}),
        ("D69300x001", {"VS-ITP": "member"}),
        # WHO D69.4 mixes Evans, hereditary and other primary: it has a row of its own
        ("D69.4", {"VS-ITP-UNSPEC": "member"}),
        ("D69.401", {"VS-ITP-UNSPEC": "member"}),
        ("C34", {"VS-MALIG": "member"}),
        ("C34.900x002", {"VS-MALIG": "member"}),
        ("K25.400", {"VS-GASTRIC-ULCER": "member", "VS-GI-RISK": "member", "VS-SEVERE-BLEED": "member"}),
        # a five-character ICD-10-CM row never matches: C91.11 is "in remission" only there
        ("C91.11", {"VS-MALIG": "member", "VS-SEC-ITP-STRONG": "member"}),
        # categories the WHO has not, or uses otherwise
        ("I16.0", {}),
        ("E09.9", {}),
        ("R65.2", {}),
        ("B22.0", {"VS-HIV-DX": "member"}),
    ],
)
def test_under_the_WHOs_ICD_10_short_rows_count_and_national_extensions_are_cut(
    code: str, expected: dict[str, str]
) -> None:
    assert told(shipped().finding(coded("icd-10", code))) == expected


@pytest.mark.parametrize("code, decimals", [("M32.100x001", 2), ("S36.000x001", 2), ("D69.300x001", 1), ("I26.900", 1)])
def test_an_extension_is_cut_to_two_decimals_in_chapters_XIII_and_XIX_only(code: str, decimals: int) -> None:
    stem = code[: 4 + decimals]
    rows = (Row("icd-10", stem, "exact", Mark.MEMBER, "as the WHO has it"),)
    assert told(Terminology((ValueSet("VS-X", "x", rows),)).finding(coded("icd-10", code))) == {"VS-X": "member"}


@pytest.mark.parametrize(
    "code, expected",
    [
        # six characters, as in China; five, as in Australia; a letter for the side or "gesichert", as in Germany
        ("D69.300", {"VS-ITP": "member"}),
        ("E11.65", {"VS-DM": "member"}),
        ("D69.3G", {"VS-ITP": "member"}),
        ("I26.9 G", {"VS-PE": "member"}),
        ("D69.3+", {"VS-ITP": "member"}),
        # "Ausschluss", "Verdacht", "Zustand nach": excluded, suspected or past, it is no current disease
        ("D69.3A", {"VS-ITP": "unknown"}),
        ("D69.3 V", {"VS-ITP": "unknown"}),
        ("D693Z", {"VS-ITP": "unknown"}),
        ("C34V", {"VS-MALIG": "unknown"}),
        ("E11.90V", {"VS-DM": "unknown"}),
        ("O24.4V", {"VS-DM": "non-member"}),
    ],
)
def test_a_national_edition_is_read_as_the_WHOs_code_and_its_letter_of_doubt_as_doubt(
    code: str, expected: dict[str, str]
) -> None:
    hits = told(shipped().finding(coded("http://fhir.de/CodeSystem/bfarm/icd-10-gm", code)))
    assert {name: hits.get(name) for name in expected} == expected


def test_the_same_code_of_ICD_10_CM_is_not_cut() -> None:
    assert told(shipped().finding(coded("icd-10-cm", "D69.300x001"))) == {}


def test_the_exact_code_comes_before_the_cut_one() -> None:
    rows = (
        Row("icd-10", "D69.3", "exact", Mark.MEMBER, "the WHO's category"),
        Row("icd-10", "D69.300x002", "exact", Mark.NON_MEMBER, "a national extension"),
    )
    terms = Terminology((ValueSet("VS-X", "x", rows),))
    assert told(terms.finding(coded("icd-10", "D69.300x002"))) == {"VS-X": "non-member"}
    assert told(terms.finding(coded("icd-10", "D69.300x001"))) == {"VS-X": "member"}


@pytest.mark.parametrize(
    "codings, expected",
    [
        ((("icd-10-cm", "C91.11"), ("snomed", "363346000")), "member"),  # history beside member
        ((("icd-10-cm", "C44.1"), ("icd-10-cm", "C91.11")), "judgement"),  # history beside judgement
    ],
)
def test_of_several_codings_the_one_that_claims_most_is_told(
    codings: tuple[tuple[str, str], ...], expected: str
) -> None:
    concept = Concept(tuple(Coding(system, code) for system, code in codings))
    assert told(shipped().finding(concept))["VS-MALIG"] == expected


def test_a_translation_that_says_non_member_does_not_take_a_member_away() -> None:
    glucosamine_and_ibuprofen = Concept((Coding("atc", "M01AX05"), Coding("rxnorm", "5640")))
    assert told(shipped().drug(glucosamine_and_ibuprofen))["VS-NSAID"] == "member"


@pytest.mark.parametrize(
    "name, code, expected",
    [
        ("HIV detected", "165816005", {"VS-HIV-DX": "member"}),
        ("HIV not detected", "165815009", {}),
        ("gestational diabetes", "11687002", {"VS-DM": "non-member"}),
        ("steatosis of the liver", "197321007", {"VS-SEC-ITP-WEAK": "non-member"}),
        ("not pregnant", "60001007", {"VS-PREG": "negative"}),
        ("possible pregnancy", "146799005", {"VS-PREG": "unknown"}),
        ("asplenia", "707147002", {"VS-SPLENECTOMY": "judgement"}),
    ],
)
def test_sense_traps_and_roles(name: str, code: str, expected: dict[str, str]) -> None:
    assert told(shipped().finding(coded("snomed", code, name))) == expected


def test_a_non_member_row_counts_as_recognised() -> None:
    terms = shipped()
    assert terms.is_classified(terms.disease(coded("icd-10-cm", "R73.03")))
    assert not terms.is_classified(terms.disease(coded("icd-10-cm", "M17.11", "Osteoarthritis of the right knee")))


def test_a_terminology_of_one_set_knows_its_codes_names_and_answers() -> None:
    """What the value sets are made into, without those that are shipped."""
    rows = (Row("icd-10-cm", "D69.3", "exact", Mark.MEMBER, "Immune thrombocytopenic purpura"),)
    one = ValueSet("VS-ONE", "One", rows, (Name("odd purpura", "whole-word"),))
    said = ValueSet("VS-RESULT-POS", "Positive", (), (Name("gefunden", "whole-text"),))
    terms = Terminology([one, said])
    assert told(terms.disease(coded("icd-10", "D69.3"))) == {}  # means something else in the WHO's edition
    assert told(terms.disease(coded("icd-10-cm", "D69.3"))) == {"VS-ONE": "member"}
    assert told(terms.disease(Concept((), "Odd purpura"))) == {"VS-ONE": "member"}
    assert terms.answer_of_text("Gefunden") == "positive"
    assert terms.answer_of_text("odd") is None


@pytest.mark.parametrize("lacking, found", [(frozenset(), {"VS-ONE": "member"}), (frozenset(("B24",)), {})])
def test_a_short_code_counts_for_the_WHO_unless_its_edition_lacks_it(
    lacking: frozenset[str], found: dict[str, str]
) -> None:
    one = ValueSet("VS-ONE", "One", (Row("icd-10-cm", "B24", "exact", Mark.MEMBER, "HIV disease"),))
    assert told(Terminology([one], who_lacks=lacking).finding(coded("icd-10", "B24"))) == found


@pytest.mark.parametrize("text, kind, says", [("none known", "", None), ("none known", "problem", "no-known-problems")])
def test_none_known_is_said_of_the_list_in_which_it_stands(text: str, kind: str, says: str | None) -> None:
    assert shipped().none_known(Concept((), text), kind) == says


def test_without_a_list_only_what_names_one_is_none_known() -> None:
    assert shipped().none_known(Concept((), "none known")) is None
    assert shipped().none_known(Concept((), "no known allergies")) == "no-known-allergies"


def test_the_terminology_travels_between_processes_without_what_it_was_asked() -> None:
    terms = shipped()
    terms.finding(coded("snomed", "32273002"))
    twin = pickle.loads(pickle.dumps(terms))
    assert b"4711-asked-once" not in pickle.dumps(_asked(terms, "4711-asked-once"))
    assert told(twin.finding(coded("snomed", "32273002"))) == {"VS-ITP": "member"}


def _asked(terms: Terminology, code: str) -> Terminology:
    terms.finding(coded("snomed", code))
    return terms
