"""The code for a token: server to server, with the PKCE verifier and, where we have a key there, `private_key_jwt`.

The token serves to read one record at once and is then let go: it is neither kept nor logged. Who looks is told by the
ID token (`fhirUser`). It comes straight from the token endpoint over TLS, which stands in for its signature (OpenID
Connect Core 3.1.3.7, 6); issuer, audience and time are checked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import httpx2
import jwt

from cds_service.protocol import is_id
from cds_service.smart.app import App
from cds_service.smart.asking import answer_of
from cds_service.smart.launch import Begun
from cds_service.smart.troubles import NoPatient, NoViewer, ServerTrouble, TokenRefused
from cds_service.trust.backend import ASSERTION, assertion

_LEEWAY = 60
_LONGEST_USER = 300


@dataclass(frozen=True, slots=True)
class Grant:
    """What a launch brings: a token, what it is good for, whose record, who looks, which trial the card was about."""

    token: str = field(repr=False)
    scope: str | None
    patient: str
    user: str
    about: str = ""


async def exchanged(http: httpx2.AsyncClient, app: App, begun: Begun, code: str, now: float) -> Grant:
    """Raises ServerTrouble, TokenRefused, NoPatient, NoViewer."""
    status, said = await answer_of(http, begun.token_url, _form(app, begun, code, now))
    if 400 <= status < 500:
        raise TokenRefused(f"HTTP {status}")
    if status != 200:
        raise ServerTrouble(f"HTTP {status}")
    token, kind, scope = said.get("access_token"), said.get("token_type"), said.get("scope")
    if not isinstance(token, str) or not token or not (token.isascii() and token.isprintable()) or " " in token:
        raise TokenRefused("no-bearer")
    if not isinstance(kind, str) or kind.lower() != "bearer":
        raise TokenRefused("no-bearer")
    patient, about = said.get("patient"), said.get("appContext")
    if not isinstance(patient, str) or not is_id(patient):
        raise NoPatient
    return Grant(
        token,
        scope if isinstance(scope, str) else None,
        patient,
        _viewer(said.get("id_token"), app, begun, now),
        about if isinstance(about, str) else "",
    )


def _form(app: App, begun: Begun, code: str, now: float) -> dict[str, str]:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": app.redirect_uri,
        "code_verifier": begun.verifier,
    }
    if app.signing is None:
        return form | {"client_id": app.client_id}
    signed = assertion(replace(app.signing, token_url=begun.token_url), int(now))
    return form | {"client_assertion_type": ASSERTION, "client_assertion": signed}


def _viewer(id_token: object, app: App, begun: Begun, now: float) -> str:
    """The `fhirUser`, such as `Practitioner/12` or its full address. Raises NoViewer."""
    claims = _claims(id_token)
    audience, ends, user = claims.get("aud"), claims.get("exp"), claims.get("fhirUser", claims.get("profile"))
    if app.client_id not in (audience if isinstance(audience, list) else [audience]):
        raise NoViewer("audience")
    if begun.issuer and claims.get("iss") != begun.issuer:
        raise NoViewer("issuer")
    if not isinstance(ends, int | float) or ends + _LEEWAY < now:
        raise NoViewer("expired")
    if not isinstance(user, str) or not user or len(user) > _LONGEST_USER:
        raise NoViewer("fhirUser")
    return user


def _claims(id_token: object) -> Mapping[str, Any]:
    if not isinstance(id_token, str):
        raise NoViewer("no-id-token")
    try:
        claims: dict[str, Any] = jwt.decode(id_token, options={"verify_signature": False})
    except jwt.PyJWTError:
        raise NoViewer("unreadable") from None
    return claims
