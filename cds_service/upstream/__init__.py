"""How a FHIR server is spared on its bad days, and we with it: so many requests at once, one second try, a rest."""
