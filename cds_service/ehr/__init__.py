"""An EHR in a command: it opens a chart, resolves the prefetch a service asks for, calls it and prints the cards."""

from cds_service.ehr.fire import fire

__all__ = ["fire"]
