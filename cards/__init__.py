"""What a clinician sees: assessments become CDS Hooks cards. Pure, and knows nothing but `eligibility`."""
