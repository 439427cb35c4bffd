"""Who is let in: every call of the three routes is either of a registered client, or open mode lets everybody in."""

from __future__ import annotations

from starlette.requests import Request

from cds_service.settings import Settings
from cds_service.trust.caller import Caller, unsigned


class Gate:
    """Stands before discovery, calls and feedback."""

    def __init__(self, settings: Settings) -> None:
        self._unsigned = unsigned(settings)

    async def admit(self, request: Request) -> Caller:
        """By whom this call is made."""
        return self._unsigned
