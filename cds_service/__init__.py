"""How the decision meets the world: HTTP, FHIR servers, files, the clock, the command line. The only impure package."""
