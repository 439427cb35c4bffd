"""What would settle an open criterion, in English, by kind of remedy (G13)."""

from __future__ import annotations

from collections.abc import Mapping

from cards.wording.language import Wordings

REMEDIES: Mapping[str, Wordings] = {
    "order-test": ("order or repeat: {about}", "order or repeat the test"),
    "screening-test": ("test: {about}", "test at screening"),
    "pregnancy-test": ("urine hCG today",),
    "record-score": ("record at this visit: {about}", "record at this visit"),
    "review-problem-list": (
        "review the problem list and record what holds ({about})",
        "review and record the problem list",
    ),
    "confirm-diagnosis": (
        "confirm or refute the diagnosis and record which ({about})",
        "confirm or refute the diagnosis and record which",
    ),
    "reconcile-medication": (
        "reconcile the medication with the patient, over-the-counter aspirin, NSAIDs and supplements included; "
        "record start and last intake",
    ),
    "ask-treatment-history": (
        "ask the patient or the referring haematologist about earlier treatment; record drug, dates, response and why "
        "it was stopped",
    ),
    "ask-indication": ("ask what it is for and record it ({about})", "ask what the drug is for and record it"),
    "ask-participation": ("ask about participation in other studies",),
    "ask-allergies": ("ask about allergies and record them",),
    "ask-birth-date": ("ask for the exact date of birth",),
    "ask-sex": ("record the sex",),
    "look-up-date": ("look up the date, or ask the patient ({about})", "look up the date, or ask the patient"),
    "look-up-diagnosis-date": ("look up when the disease was first diagnosed",),
    "look-up-record": ("fetch the part of the record that was not read",),
    "not-supported": ("ask the study team",),
}

# What is missing, in few words, where it is no test.
TOPICS: Mapping[str, str] = {
    "pregnancy-test": "pregnancy test",
    "review-problem-list": "problem list",
    "confirm-diagnosis": "a diagnosis",
    "reconcile-medication": "current medication",
    "ask-treatment-history": "earlier treatment",
    "ask-indication": "what a drug is for",
    "ask-participation": "participation in other studies",
    "ask-allergies": "allergies",
    "ask-birth-date": "date of birth",
    "ask-sex": "sex",
    "look-up-date": "the date of a treatment or event",
    "look-up-diagnosis-date": "when the disease was diagnosed",
    "look-up-record": "a part of the record that was not read",
}

# What a missing test is called in a word or two, by the value set that answers it; any other by the set's title.
TESTS: Mapping[str, str] = {
    "VS-PLT": "platelet count",
    "VS-HGB": "haemoglobin",
    "VS-ALT": "ALT",
    "VS-AST": "AST",
    "VS-BILI": "bilirubin",
    "VS-CREAT": "creatinine",
    "VS-EGFR": "eGFR",
    "VS-WEIGHT": "body weight",
    "VS-BP-SYSTOLIC": "blood pressure",
    "VS-BP-DIASTOLIC": "blood pressure",
    "VS-ECOG": "ECOG performance status",
    "VS-NYHA": "NYHA class",
    "VS-HIV-SCREEN": "HIV test",
    "VS-HIV-CONFIRM": "HIV confirmatory test",
    "VS-HIV-NAT": "HIV RNA",
    "VS-HBSAG": "hepatitis B surface antigen",
    "VS-HBC": "hepatitis B core antibody",
    "VS-HBV-DNA": "hepatitis B DNA",
    "VS-HCV-AB": "hepatitis C antibody",
    "VS-HCV-RNA": "hepatitis C RNA",
    "VS-CMV-DNA": "CMV DNA",
    "VS-CMV-IGM": "CMV IgM",
    "VS-EBV-DNA": "EBV DNA",
    "VS-EBV-IGM": "EBV IgM",
    "VS-SYPH-TREP": "syphilis antibody",
    "VS-SYPH-NONTREP": "syphilis reagin test",
    "VS-HCG": "pregnancy test",
}

# The same, where the cause says it better than the kind of remedy; `topic` is what the remedy alone would say.
CAUSES: Mapping[str, Wordings] = {
    "diagnosis-suspected": ("the diagnosis ({label})", "a diagnosis"),
    "result-stale": ("recent {topic}",),
    "grade-stale": ("recent {topic}",),
    "panel-open": ("a test to settle {evidence}", "{topic}"),
    "as-needed": ("when {label} was last taken", "{topic}"),
    "washout-undecided": ("when {label} ended", "{topic}"),
    "ordered-only": ("when {label} was last given",),
    "intake-over": ("whether {label} is taken now",),
    "intake-stale": ("whether {label} is taken now",),
    "intake-unclear": ("whether {label} is taken now",),
    "intake-planned": ("whether {label} is taken now",),
    "result-when-unknown": ("the exact day of the {topic}",),
    "indication": ("what {label} is for", "{topic}"),
    "alarm": ("what “{label}” is", "{topic}"),
    "alarm-beside": ("what “{label}” says beside its code", "{topic}"),
    "hole": ("the {section} that were not read", "{topic}"),
}
