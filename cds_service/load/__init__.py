"""`cds-service load`: FHIR JSON put on a FHIR server, by ids of the client, so that doing it twice changes nothing."""

from __future__ import annotations

from cds_service.load.run import Loading as Loading
from cds_service.load.run import load as load
