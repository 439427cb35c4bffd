"""What "eligible" means: a trial, a patient record and a date give an assessment. No I/O, no clock, no FHIR JSON."""

#: Part of every trial's `definition` hash: raised whenever a rule decides differently.
ENGINE = "3"
