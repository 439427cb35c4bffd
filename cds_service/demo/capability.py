"""Decides what the embedded FHIR server says of itself at `/metadata`."""

from __future__ import annotations

from typing import Any

from cds_service.demo.parameters import PARAMETERS, Parameter

_INTERACTIONS = ("read", "search-type", "create", "update")


def capability_statement(base: str, day: str) -> dict[str, Any]:
    """A CapabilityStatement (FHIR R4) derived from the table of search parameters."""
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "experimental": True,
        "date": day,
        "kind": "instance",
        "software": {"name": "cds-service demo"},
        "implementation": {"description": "Synthetic people, held in memory, for the first minute", "url": base},
        "fhirVersion": "4.0.1",
        "format": ["json"],
        "rest": [{"mode": "server", "resource": [_resource(kind, own) for kind, own in PARAMETERS.items()]}],
    }


def _resource(kind: str, parameters: dict[str, Parameter]) -> dict[str, Any]:
    return {
        "type": kind,
        "interaction": [{"code": code} for code in _INTERACTIONS],
        "versioning": "no-version",
        "updateCreate": True,
        "searchParam": [{"name": own.name, "type": own.kind} for own in parameters.values()],
    }
