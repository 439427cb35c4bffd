"""The first minute: an embedded FHIR server over synthetic people, a chart page, and an EHR that opens a chart."""
