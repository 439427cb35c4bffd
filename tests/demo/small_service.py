"""A CDS service of a few lines, so that the EHR simulator is tried on a service that is not ours."""

from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

ORDER = {"resourceType": "ServiceRequest", "status": "draft", "intent": "proposal", "code": {"text": "HIV test"}}
UUID, DRAFT, OTHER = (f"0000000{n}-aaaa-4aaa-8aaa-aaaaaaaaaaaa" for n in range(3))
CARD = {
    "uuid": UUID,
    "summary": "CM313: counts <b>below</b> 30",
    "indicator": "info",
    "detail": "## Stands in the way\n\n- rituximab, until **1 Mar 2027**\n- a count of 24 \\*10\\^9\\/L\n\n"
    "See [the registry](https://registry.example/NCT1) or [this](javascript:alert(1)).\n\n<script>alert(1)</script>",
    "source": {"label": "Registry", "url": "https://registry.example/NCT1"},
    "links": [
        {"label": "Report", "url": "https://service.example/report", "type": "absolute"},
        {"label": "Odd", "url": "javascript:alert(1)", "type": "absolute"},
    ],
    "overrideReasons": [{"system": "https://service.example/reasons", "code": "declined", "display": "Declined"}],
    "selectionBehavior": "any",
    "suggestions": [
        {
            "label": "Order the test",
            "uuid": DRAFT,
            "actions": [
                {
                    "type": "create",
                    "description": "Order",
                    "resource": {**ORDER, "subject": {"reference": "Patient/ana"}},
                }
            ],
        },
        {
            "label": "Stop the drug",
            "uuid": OTHER,
            "actions": [{"type": "delete", "description": "Stop", "resourceId": "MedicationRequest/1"}],
        },
    ],
}
TEMPLATES = {
    "patient": "Patient/{{context.patientId}}",
    "counts": "Observation?patient={{context.patientId}}&code=777-3&_sort=-date",
    "procedures": "Procedure?patient={{context.patientId}}",
    "odd": "Observation?patient={{context.patientId}}&bogus=1",
    "user": "Practitioner/{{userPractitionerId}}",
    "role": "PractitionerRole/{{userPractitionerRoleId}}",
}


def small_service() -> FastAPI:
    app = FastAPI()
    app.state.calls = []
    app.state.heard = []
    app.state.hears = 200
    app.state.answer = JSONResponse({"cards": [CARD]})
    entry: dict[str, Any] = {"hook": "patient-view", "id": "small", "description": "small", "prefetch": TEMPLATES}

    @app.get("/cds-services")
    async def discovery() -> dict[str, Any]:
        return {"services": [entry, {"hook": "order-sign", "id": "other", "description": "other"}]}

    @app.post("/cds-services/small")
    async def call(request: Request) -> Response:
        app.state.calls.append(await request.json())
        return app.state.answer

    @app.post("/cds-services/small/feedback")
    async def feedback(request: Request) -> Response:
        app.state.heard.append(await request.json())
        return JSONResponse({}, app.state.hears)

    return app
