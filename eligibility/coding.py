"""What a code is: code systems under one short name, codes in one spelling, concepts as records carry them.

Value-sets.md §3.1 and §3.9: many spellings of a system's address are in use, ICD codes come with and without the dot.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum
from functools import cached_property
from typing import NamedTuple

from eligibility.phrase import folded


class Mark(Enum):
    """What a row of a value set says of its code."""

    MEMBER = "member"
    JUDGEMENT = "judgement"
    UNKNOWN = "unknown"
    HISTORY = "history"
    NEGATIVE = "negative"
    NON_MEMBER = "non-member"


Hits = Mapping[str, Mark]


class Coding(NamedTuple):
    """`system` is a short name of ours (`snomed`, `icd-10-cm`, `icd-10`, `loinc`, …) or the URI as given.

    `local` is the hospital's own code that a ConceptMap of theirs translated to this one.
    """

    system: str
    code: str
    display: str = ""
    local: str = ""


class _Written(NamedTuple):
    codings: tuple[Coding, ...] = ()
    text: str = ""


class Concept(_Written):
    """Codings and a text, as a record carries them. Many questions are asked of one: its spellings are folded once."""

    @property
    def written(self) -> tuple[str, ...]:
        """Every text it is known by, as it was written, each once."""
        written = (self.text, *(coding.display for coding in self.codings))
        return tuple(dict.fromkeys(text for text in written if text))

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """Every text it is known by, folded, each once."""
        return tuple(dict.fromkeys(map(folded, self.written)))

    @cached_property
    def keys(self) -> tuple[tuple[str, str], ...]:
        """System and code of each coding, in the one spelling we compare."""
        systems = ((canonical_system(coding.system), coding.code) for coding in self.codings)
        return tuple((system, canonical_code(system, code)) for system, code in systems)

    @property
    def label(self) -> str:
        """What a clinician reads: the text, else the first display, else the code; and what was read by a map."""
        said = self.text or next((c.display for c in self.codings if c.display), "")
        local = next((f"local code {c.local} (mapped)" for c in self.codings if c.local), "")
        return ", ".join(filter(None, (said, local))) or next((c.code for c in self.codings), "")


SYSTEM_URIS: Mapping[str, str] = {
    "snomed": "http://snomed.info/sct",
    "icd-10-cm": "http://hl7.org/fhir/sid/icd-10-cm",
    "icd-10": "http://hl7.org/fhir/sid/icd-10",
    "icd-9-cm": "http://hl7.org/fhir/sid/icd-9-cm",
    "icd-10-pcs": "http://www.cms.gov/Medicare/Coding/ICD10",
    "loinc": "http://loinc.org",
    "rxnorm": "http://www.nlm.nih.gov/research/umls/rxnorm",
    "atc": "http://www.whocc.no/atc",
    "v3-interpretation": "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation",
    "absent-unknown": "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips",
}
KNOWN_SYSTEMS = frozenset(("snomed", "icd-10-cm", "icd-10", "icd-9-cm", "icd-10-pcs", "loinc", "rxnorm", "atc"))

# Keys are folded: lower case, without blanks, scheme, "www.", trailing slash and version (see _folded).
_ALIASES: Mapping[str, str] = {
    "snomed.info/sct": "snomed",
    "snomed.info": "snomed",
    "hl7.org/fhir/sid/icd-10-cm": "icd-10-cm",
    "hl7.org/fhir/sid/icd-10": "icd-10",
    "hl7.org/fhir/sid/icd-9-cm": "icd-9-cm",
    "hl7.org/fhir/sid/icd-9": "icd-9-cm",
    "hl7.org/fhir/sid/icd-9-cm/diagnosis": "icd-9-cm",  # …/procedure has codes of the same spelling: not known
    "hl7.org/fhir/sid/icd-10-us": "icd-10-cm",
    "hl7.org/fhir/sid/icd-10-pcs": "icd-10-pcs",
    "terminology.hl7.org/codesystem/icd-10-cm": "icd-10-cm",
    "terminology.hl7.org/codesystem/icd10": "icd-10",
    "terminology.hl7.org/codesystem/icd9cm": "icd-9-cm",
    "id.who.int/icd/release/10": "icd-10",
    "fhir.de/codesystem/bfarm/icd-10-gm": "icd-10",
    "fhir.de/codesystem/dimdi/icd-10-gm": "icd-10",
    "cms.gov/medicare/coding/icd10": "icd-10-pcs",
    "loinc.org": "loinc",
    "loinc": "loinc",
    "nlm.nih.gov/research/umls/rxnorm": "rxnorm",
    "whocc.no/atc": "atc",
    "fhir.de/codesystem/bfarm/atc": "atc",
    "fhir.de/codesystem/dimdi/atc": "atc",
    "terminology.hl7.org/codesystem/v3-observationinterpretation": "v3-interpretation",
    "hl7.org/fhir/v3/observationinterpretation": "v3-interpretation",
    "terminology.hl7.org/codesystem/v2-0078": "v3-interpretation",
    "hl7.org/fhir/v2/0078": "v3-interpretation",
    "hl7.org/fhir/uv/ips/codesystem/absent-unknown-uv-ips": "absent-unknown",
    "terminology.hl7.org/codesystem/data-absent-reason": "data-absent-reason",
    "2.16.840.1.113883.6.90": "icd-10-cm",
    "2.16.840.1.113883.6.3": "icd-10",
    "2.16.840.1.113883.6.3.2": "icd-10",
    "2.16.840.1.113883.6.103": "icd-9-cm",
    "2.16.840.1.113883.6.4": "icd-10-pcs",
    "2.16.840.1.113883.6.96": "snomed",
    "2.16.840.1.113883.6.1": "loinc",
    "2.16.840.1.113883.6.88": "rxnorm",
    "2.16.840.1.113883.6.73": "atc",
    "1.2.276.0.76.5.409": "icd-10",
    "2.16.840.1.113883.5.83": "v3-interpretation",
} | {name: name for name in SYSTEM_URIS}

# The spellings nearly every record uses, and our own: nothing to fold.
_AS_WRITTEN: Mapping[str, str] = {uri: name for name, uri in SYSTEM_URIS.items()} | {name: name for name in SYSTEM_URIS}
_SCHEME = re.compile(r"^(?:https?:/*|urn:oid:|oid:)(?:www\.)?")
_NATIONAL_ICD_10 = re.compile(r"hl7\.org/fhir/sid/icd-10-[a-z]{2}")  # -gm, -cn, -am, -ca, -nl, … but those above
_MODULE_OR_VERSION = re.compile(r"^snomed\.info/(?:sct|id)(?:/.*)?$")


def _folded(uri: str) -> str:
    bare = "".join(uri.split()).casefold()
    bare = _SCHEME.sub("", bare).split("|")[0].rstrip("/")
    return "snomed.info/sct" if _MODULE_OR_VERSION.match(bare) else bare


def canonical_system(uri: str) -> str:
    """The short name of a code system in any of the spellings records use; else the address itself, trimmed."""
    known = _AS_WRITTEN.get(uri)
    if known is not None:
        return known
    bare = _folded(uri)
    return _ALIASES.get(bare) or ("icd-10" if _NATIONAL_ICD_10.fullmatch(bare) else uri.strip())


_DOTLESS = frozenset(("icd-10-cm", "icd-10", "icd-9-cm"))
_UPPER = frozenset(("icd-10-pcs", "loinc", "atc", "v3-interpretation"))


def canonical_code(system: str, code: str) -> str:
    """A code in the one spelling we compare: ICD upper-case without dot, no blanks anywhere (§3.1)."""
    bare = "".join(code.split())
    if system in _DOTLESS:
        return bare.replace(".", "").rstrip("+*†!").upper()
    return bare.upper() if system in _UPPER else bare


def who_truncation(code: str) -> str:
    """The WHO code in a national extension, D69.300x001 ⇒ D69.3: one decimal, two in chapters XIII and XIX (§3.1)."""
    if code[3:4] == "X":  # B24.x00: the placeholder of a category without subdivisions
        return code[:3]
    return code[: 5 if code[:1] in ("M", "S", "T") else 4]
