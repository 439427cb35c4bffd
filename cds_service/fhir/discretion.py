"""Whether a resource is confidential beyond the normal: it decides, but is never printed (design §6)."""

from __future__ import annotations

from collections.abc import Mapping

from cds_service.fhir.elements import Json, text_of

# Codes of meta.security that state no more than normal confidentiality: v3 Confidentiality up to normal, test and
# excerpt tags, who asserted it. Every other code (R, V, HIV, PSY, ETH, SUD, a house's own) restricts: safe by default.
_NORMAL = frozenset(
    [
        "N",
        "L",
        "M",
        "U",
        "HTEST",
        "TEST",
        "SUBSETTED",
        "ANONYED",
        "PSEUDED",
        "CLINAST",
        "DEVAST",
        "HCPAST",
        "PACQAST",
        "PATAST",
        "PAYAST",
        "PROAST",
        "SDMAST",
    ]
)
_PURPOSE_OF_USE = "v3-actreason"  # why it may be used, not how confidential it is


def restricted(resource: Json) -> bool:
    meta = resource.get("meta")
    labels = meta.get("security") if isinstance(meta, Mapping) else None
    if not labels:
        return False
    return any(_above_normal(label) for label in (labels if isinstance(labels, list) else [labels]))


def _above_normal(label: object) -> bool:
    if not isinstance(label, Mapping):
        return text_of(label).upper() not in _NORMAL
    if text_of(label.get("system")).lower().endswith(_PURPOSE_OF_USE):
        return False
    code = text_of(label.get("code")).upper()
    return bool(code) and code not in _NORMAL
