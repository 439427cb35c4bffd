"""Writes docs/conformance.md from the rules and from the markers of the tests: `python -m tests.conformance.told`."""

from __future__ import annotations

from collections.abc import Iterator

from tests.conformance.rules import ROOT, Rule, marked, sections

PAGE = ROOT / "docs" / "conformance.md"
_HEAD = """\
# Conformance

What CDS Hooks asks, rule by rule, and which tests hold it. The rules are those of CDS Hooks 2.0 and 2.0.1, restated in
our words (`tests/conformance/rules.yaml`); what only the 3.0 ballot build has, or changes, says so. The ids are ours:
an OperationOutcome names the rule that a call breaks by its id.

Level: M must, S should, O may, g guidance, – explanation, x a rule of our own. Where a rule binds somebody else, the
last column says what the service does about it.

Written by `python -m tests.conformance.told`; a test keeps it complete. For some rules
`python -m tests.conformance.broken` breaks the rule on purpose and shows that a test named here then fails. The clients
of the tests that call without a socket hold every answer against the JSON Schemas in `cds_service/schemas`. What is no
HTTP at all, or uses a method that HTTP does not know, never reaches the service: the HTTP server refuses it with a bare
400.
"""


def page() -> str:
    """The whole page."""
    return "\n".join([_HEAD, *_figures(), *_tables()])


def _figures() -> Iterator[str]:
    every = [rule for section in sections() for rule in section.rules]
    binding = [rule for rule in every if rule.binds_the_service]
    tests = {test for rule in every for test in marked().get(rule.id, ())}
    yield (
        f"{len(every)} rules, of which {len(binding)} bind a service as must or should, each of them with a test; "
        f"{len(tests)} tests carry a marker.\n"
    )


def _tables() -> Iterator[str]:
    for section in sections():
        yield f"## {section.title}\n"
        yield f"§ {section.source}\n"
        yield "| rule | level | what it says | how it is held |\n|---|---|---|---|"
        for rule in section.rules:
            yield f"| {rule.id} | {_level(rule)} | {rule.text} | {_held(rule)} |"
        yield ""


def _level(rule: Rule) -> str:
    parts = [rule.level.replace("-", "–"), rule.version and f"({rule.version})", _whom(rule)]
    return " ".join(part for part in parts if part)


def _whom(rule: Rule) -> str:
    return "" if rule.of == "service" else f"for the {rule.of}"


def _held(rule: Rule) -> str:
    said = {"tested": "", "coped": rule.said, "because": f"Not tested: {rule.said}"}[rule.kind]
    tests = [f"[{test.name}](../{test.file})" for test in marked().get(rule.id, ())]
    return "<br>".join([*([said[:1].upper() + said[1:] + "."] if said else []), *tests])


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
