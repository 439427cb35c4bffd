"""What can go wrong in a launch, each as the words of its page and its status: what happened, and what to do."""

from __future__ import annotations

from collections.abc import Mapping

from cds_service.errors import ServiceError, StoreUnavailable
from cds_service.report.reports import Closed, Elsewhere, Unknown


class LaunchTrouble(ServiceError):
    """A launch that ends without a report."""


class Incomplete(LaunchTrouble):
    """The address lacks what SMART App Launch prescribes."""


class UnknownServer(LaunchTrouble):
    """`iss` is none of the registered FHIR servers."""


class ServerTrouble(LaunchTrouble):
    """The EHR's FHIR or authorization server did not answer, or not as SMART App Launch prescribes."""


class StateTrouble(LaunchTrouble):
    """`state` is none of ours, was used before, or began in another browser; which of the three is not told."""


class LaunchOver(LaunchTrouble):
    """More than ten minutes lie between launch and return."""


class Denied(LaunchTrouble):
    """`error=access_denied`: somebody said no."""


class AuthorizationError(LaunchTrouble):
    """Any other `error` of the authorization server."""


class TokenRefused(LaunchTrouble):
    """The authorization server gave no token for the code."""


class NoPatient(LaunchTrouble):
    """The token comes without a patient."""


class NoViewer(LaunchTrouble):
    """The token does not say who looks."""


class NotForViewer(LaunchTrouble):
    """The viewer is of a kind that gets no reports by the client's file: a patient, a relative."""


class RecordTrouble(LaunchTrouble):
    """Patient or conditions could not be read."""


class NothingAssessed(LaunchTrouble):
    """Nothing in the record speaks of the disease of a trial, or nobody is told of trials for this patient."""


TROUBLES: Mapping[type[Exception], tuple[str, int]] = {
    Incomplete: ("smart-incomplete", 400),
    UnknownServer: ("smart-unknown", 403),
    ServerTrouble: ("smart-server", 502),
    StateTrouble: ("smart-state", 403),
    LaunchOver: ("smart-over", 410),
    Denied: ("smart-denied", 403),
    AuthorizationError: ("smart-error", 502),
    TokenRefused: ("smart-token", 403),
    NoPatient: ("smart-no-patient", 502),
    NoViewer: ("smart-no-viewer", 403),
    NotForViewer: ("smart-viewer", 403),
    RecordTrouble: ("smart-record", 502),
    NothingAssessed: ("smart-nothing", 200),
    Unknown: ("smart-no-report", 404),
    Closed: ("smart-closed", 410),
    Elsewhere: ("smart-elsewhere", 403),
    StoreUnavailable: ("closed-for-now", 503),
}
