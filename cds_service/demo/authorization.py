"""The demo's authorization server: it launches apps from a chart (SMART App Launch) and says yes to everything allowed.

`GET /auth/open?patient=nora` is the button of the EHR: it names the patient in a launch of its own and opens the app.
Codes and launches live a minute, in memory; a code serves once, and only with its PKCE verifier (S256).
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

import jwt
import orjson
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from cds_service.fhir.address import Base
from cds_service.smart.app import App
from cds_service.smart.launch import challenge_of

OPEN, AUTHORIZE, TOKEN = "/auth/open", "/auth/authorize", "/auth/token"
CLIENT_ID = "cds-service"
_ALIVE = 60.0
_LIFE = 300
_MOST = 1_000
_KEY = secrets.token_bytes(32)  # the ID token comes straight from here, so nobody needs to verify it
_NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache", "Referrer-Policy": "no-referrer"}
_ASKED = {"response_type": "code", "code_challenge_method": "S256"}

Json = dict[str, Any]


def own_app(base: str) -> App:
    """The service as the app of the demo's EHR, both at `base`."""
    server = Base.of(f"{base}/fhir")
    assert server is not None  # noqa: S101 — an address of ours
    return App(CLIENT_ID, base, (server,), private_network=True)


@dataclass(slots=True)
class Briefly:
    """What is remembered for a minute, and told once."""

    clock: Callable[[], float] = time.monotonic
    _held: dict[str, tuple[float, Json]] = field(default_factory=dict)

    def keep(self, what: Json) -> str:
        name = secrets.token_urlsafe(24)
        now = self.clock()
        alive = [(key, one) for key, one in self._held.items() if one[0] > now]
        self._held = dict(alive[-_MOST:])
        self._held[name] = (now + _ALIVE, what)
        return name

    def take(self, name: str) -> Json | None:
        until, what = self._held.pop(name, (0.0, None))
        return what if until > self.clock() else None


@dataclass(slots=True)
class Authorization:
    """The authorization server of the FHIR server at `base` + /fhir. `user` looks; without `allowing` it says no.

    `scope` grants less than was asked, where it is set; `granted` counts tokens. `app` is the one app it knows, the
    service at the same address unless told otherwise. `now` is the time that its tokens tell.
    """

    base: str
    user: str = "Practitioner/demo"
    allowing: bool = True
    scope: str | None = None
    granted: int = 0
    app: App | None = None
    now: Callable[[], float] = time.time
    launches: Briefly = field(default_factory=Briefly)
    codes: Briefly = field(default_factory=Briefly)

    def routes(self) -> list[Route]:
        """To be mounted before the FHIR server, which takes everything else below /fhir."""
        return [
            Route("/fhir/.well-known/smart-configuration", self.configuration, methods=["GET"]),
            Route(OPEN, self.open, methods=["GET"]),
            Route(AUTHORIZE, self.authorize, methods=["GET"]),
            Route(TOKEN, self.token, methods=["POST"]),
        ]

    @property
    def registered(self) -> App:
        return self.app or own_app(self.base)

    @property
    def issuer(self) -> str:
        return f"{self.base}/auth"

    async def configuration(self, _: Request) -> Response:
        return _json(
            {
                "issuer": self.issuer,
                "authorization_endpoint": self.base + AUTHORIZE,
                "token_endpoint": self.base + TOKEN,
                "grant_types_supported": ["authorization_code"],
                "response_types_supported": ["code"],
                "code_challenge_methods_supported": ["S256"],
                "token_endpoint_auth_methods_supported": [],
                "capabilities": [
                    *("launch-ehr", "client-public", "sso-openid-connect", "context-ehr-patient"),
                    *("permission-patient", "permission-v1", "permission-v2"),
                ],
            }
        )

    async def open(self, request: Request) -> Response:
        """The EHR launches the app for a patient; `app` is the address of a smart link, `about` its appContext."""
        asked = request.query_params
        address = self.registered.launch_url
        if asked.get("app", address) != address:
            return PlainTextResponse("This EHR launches one app only.", 400, _NO_STORE)
        launch = self.launches.keep({"patient": asked.get("patient", ""), "about": asked.get("about", "")})
        query = urlencode({"iss": f"{self.base}/fhir", "launch": launch})
        return RedirectResponse(f"{address}?{query}", 302, _NO_STORE)

    async def authorize(self, request: Request) -> Response:
        """RFC 6749, 4.1: a wrong client or redirect address is told here, everything else to the app."""
        asked = request.query_params
        app = self.registered
        if asked.get("client_id") != app.client_id or asked.get("redirect_uri") != app.redirect_uri:
            return PlainTextResponse("This app is not registered here.", 400, _NO_STORE)
        answer = self._authorized(asked)
        if "state" in asked:
            answer["state"] = asked["state"]
        return RedirectResponse(f"{app.redirect_uri}?{urlencode(answer)}", 302, _NO_STORE)

    def _authorized(self, asked: Mapping[str, str]) -> dict[str, str]:
        challenge = asked.get("code_challenge", "")
        wrong = [name for name, value in _ASKED.items() if asked.get(name) != value]
        if wrong or len(challenge) != 43 or asked.get("aud") != f"{self.base}/fhir":
            return {"error": "invalid_request"}
        if not self.allowing:
            return {"error": "access_denied"}
        context = self.launches.take(asked.get("launch", ""))
        if context is None:
            return {"error": "invalid_request"}
        return {"code": self.codes.keep({**context, "challenge": challenge, "scope": asked.get("scope", "")})}

    async def token(self, request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode("utf-8", "replace")))
        held = self.codes.take(form.get("code", ""))
        if form.get("grant_type") != "authorization_code":
            return _json({"error": "unsupported_grant_type"}, 400)
        if form.get("client_id") != CLIENT_ID:
            return _json({"error": "invalid_client"}, 401)
        if (
            held is None
            or form.get("redirect_uri") != self.registered.redirect_uri
            or challenge_of(form.get("code_verifier", "")) != held["challenge"]
        ):
            return _json({"error": "invalid_grant"}, 400)
        self.granted += 1
        return _json(self._granted(held))

    def _granted(self, held: Json) -> Json:
        scope = held["scope"] if self.scope is None else self.scope
        told = {
            "access_token": secrets.token_urlsafe(32),
            "token_type": "Bearer",
            "expires_in": _LIFE,
            "scope": scope,
            "patient": held["patient"],
            "need_patient_banner": False,
        }
        if held["about"]:
            told["appContext"] = held["about"]
        if {"openid", "fhirUser"} <= set(scope.split()):
            told["id_token"] = self._id_token()
        return told

    def _id_token(self) -> str:
        now = int(self.now())
        user = f"{self.base}/fhir/{self.user}"
        claims = {"iss": self.issuer, "sub": self.user, "aud": CLIENT_ID, "iat": now, "exp": now + _LIFE}
        return jwt.encode({**claims, "fhirUser": user}, _KEY, algorithm="HS256")


def _json(content: Json, status: int = 200) -> Response:
    return Response(orjson.dumps(content), status, _NO_STORE, "application/json")
