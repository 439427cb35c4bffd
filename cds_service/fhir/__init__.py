"""FHIR R4 JSON in, a patient record out: what a resource says is decided here, and only here (invariant 10)."""
