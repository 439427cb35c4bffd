"""What "eligible" means: a trial, a patient record and a date give an assessment. No I/O, no clock, no FHIR JSON."""
