"""English: the words of the report page when an EHR launches it, and of what can go wrong then."""

from __future__ import annotations

from collections.abc import Mapping

SMART: Mapping[str, str] = {
    "smart-link": "The whole assessment of {trial}, in the chart: timeline and all criteria",
    "smart-opening": "Opening the report",
    "smart-opening-lead": "If this page stays, the report was launched in another browser, "
    "or this one keeps nothing for a page inside the chart. Open the chart here and use the link on the card; "
    "if that does not help, ask for the report to be opened in a window of its own.",
    "smart-continue": "Continue",
    "smart-incomplete": "This address is not complete",
    "smart-incomplete-lead": "The report is opened from within the chart. Open the chart and use the link on the card.",
    "smart-unknown": "This chart is not registered here",
    "smart-unknown-lead": "The report can be opened only from charts that this service knows. "
    "If yours should be one of them, tell whoever looks after it at your hospital.",
    "smart-server": "The chart's server does not answer as expected",
    "smart-server-lead": "Nothing was read. Try again in a minute. If this page comes again, "
    "tell whoever looks after the chart at your hospital.",
    "smart-state": "This launch cannot be continued",
    "smart-state-lead": "It was used before, or it began in another browser. Nothing was read. "
    "Open the chart again and use the link on the card.",
    "smart-over": "This launch took too long",
    "smart-over-lead": "Sign in within 10 minutes. Open the chart again and use the link on the card.",
    "smart-denied": "Access was not allowed",
    "smart-denied-lead": "Without access to the chart there is no report. Nothing was read. "
    "To see it, use the link on the card again and allow access.",
    "smart-error": "The sign-in of the chart reported a mistake",
    "smart-error-lead": "Nothing was read. Open the chart again and use the link on the card. "
    "If this page comes again, tell whoever looks after the chart at your hospital.",
    "smart-token": "The chart gave no access",
    "smart-token-lead": "The sign-in was not accepted. Nothing was read. "
    "Open the chart again and use the link on the card.",
    "smart-no-patient": "No patient was chosen",
    "smart-no-patient-lead": "Open a patient's chart first, then use the link on the card.",
    "smart-no-viewer": "The chart does not say who is looking",
    "smart-no-viewer-lead": "The report is shown to professionals only. Nothing was read. "
    "Tell whoever looks after the chart at your hospital: this page needs openid and fhirUser.",
    "smart-viewer": "This report is for professionals",
    "smart-viewer-lead": "A clinician explains what it says. Nothing was read.",
    "smart-record": "The record could not be read",
    "smart-record-lead": "Without patient data and diagnoses nothing can be said about a trial. "
    "Try again in a minute; the chart's server may not have answered, or may not have allowed it.",
    "smart-nothing": "No trial was assessed for this patient",
    "smart-nothing-lead": "A trial is assessed where the record speaks of its disease, and for living patients only.",
    "smart-failed": "The report could not be made",
    "smart-failed-lead": "The mistake is ours, and was noted. Open the chart again and use the link on the card.",
    "smart-no-report": "There is no such report",
    "smart-no-report-lead": "The address is not complete, or the report has been removed. "
    "Open the chart again and use the link on the card.",
    "smart-closed": "This report has closed",
    "smart-closed-lead": "A report stays open for 15 minutes. Open the chart again and use the link on the card.",
    "smart-elsewhere": "This report belongs to another browser",
    "smart-elsewhere-lead": "A report opens only in the browser that launched it. "
    "Open the chart here and use the link on the card.",
}
