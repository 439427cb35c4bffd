"""How the codes that nothing knows are told: a table for a terminal, or one JSON object."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cds_service.unmapped import Section, Seen, Unmapped

_MOST = 50  # of each kind and section in the table; the JSON holds all
_LOCAL = "codes of systems that we do not read; a ConceptMap can translate them"
_PUBLIC = "codes of public systems that no value set holds: most concern no criterion"


def as_json(found: Unmapped) -> dict[str, Any]:
    """Everything that was counted."""
    return {
        "files": found.files,
        "resources": found.resources,
        "sections": [_section(section) for section in found.sections.values()],
        "errors": [
            {"source": path, "message": trouble.message, "remedy": trouble.remedy} for path, trouble in found.unusable
        ],
    }


def _section(section: Section) -> dict[str, Any]:
    return {
        "section": section.name,
        "entries": section.entries,
        "words_only": section.words_only,
        "words_not_understood": section.words_not_understood,
        "without_system": section.without_system,
        "not_shown": section.not_shown,
        "local": [_seen(one) for one in section.ranked(public=False)],
        "public": [_seen(one) for one in section.ranked(public=True)],
    }


def _seen(one: Seen) -> dict[str, Any]:
    return {
        "system": one.system,
        "code": one.code,
        **({"name": one.name} if one.name else {}),
        "seen": one.seen,
        "not_understood": one.not_understood,
        **({"in_map": one.in_map} if one.in_map else {}),
    }


def as_text(found: Unmapped) -> str:
    """The table: how often, how often nothing else told what is meant, system|code."""
    lines = [f"{_counted(found.resources, 'resource')} in {_counted(found.files, 'file')}"]
    for section in found.sections.values():
        if section.entries:
            lines += ["", *_told(section)]
    return "\n".join(lines)


def _told(section: Section) -> Iterator[str]:
    yield f"{section.name} ({section.entries})"
    local, public = section.ranked(public=False), section.ranked(public=True)
    if local:
        yield f"  {_LOCAL}:"
        yield from _rows(local)
    if public:
        yield f"  {_PUBLIC}:"
        yield from _rows(public)
    if not local and not public:
        yield "  every code is known"
    yield from _counts(section)


def _rows(codes: list[Seen]) -> Iterator[str]:
    for one in codes[:_MOST]:
        name = f" {one.name}" if one.name else ""
        in_map = f" (in a map: {one.in_map})" if one.in_map else ""
        unclear = f", {one.not_understood} not understood" if one.not_understood else ", understood otherwise"
        yield f"    {one.seen:>6}×{unclear:<24} {one.system}|{one.code}{name}{in_map}"
    if len(codes) > _MOST:
        yield f"    … and {len(codes) - _MOST} more codes (--format json lists all)"


def _counts(section: Section) -> Iterator[str]:
    if section.words_only:
        yield f"  words without a code: {section.words_only}, of these not understood: {section.words_not_understood}"
    if section.without_system:
        yield f"  codes without a system, which no map can translate: {section.without_system}"
    if section.not_shown:
        yield f"  codes not shown here, because they look like words: {section.not_shown}"


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"
