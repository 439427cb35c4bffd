"""The audit: who asked for which patient, what was decided on which data, what was told; nothing that names anybody."""
