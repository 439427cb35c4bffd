"""Worked examples: stories about patients in FHIR JSON, written as YAML, and what a trial must say of each.

The format is explained in `tests/trials/README.md`. `text` reads the spelling, `stories` turns a file into records,
`answers` asks the engine, `expectations` holds the answer against what the story expects, `places` finds the files.
"""
