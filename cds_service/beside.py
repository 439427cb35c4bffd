"""What a trial file from elsewhere brings with it: value sets and rows of the shared tables, beside the file.

A trial of another disease uses the shipped tables and value sets. What they lack stands in `value_sets/` and in
`shared-additions.yaml` of its own folder; neither may redefine a shipped name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from cds_service.value_sets import load_value_sets
from eligibility.value_set import ValueSet

ADDITIONS = "shared-additions.yaml"
_AGES = "freshness"  # tables from an age to the sets of that age: more sets may have it


def value_sets_beside(folders: Iterable[Path]) -> tuple[ValueSet, ...]:
    """The ValueSets of each folder that has any; a mistake is a ValueSetError with file and place."""
    holding = [folder / "value_sets" for folder in folders if (folder / "value_sets").is_dir()]
    return tuple(value_set for folder in holding for value_set in load_value_sets(folder))


def additions_beside(folders: Iterable[Path]) -> list[Path]:
    return [file for folder in folders if (file := folder / ADDITIONS).is_file()]


def with_additions(shared: Mapping[str, Any], added: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """The shared tables with more rows; and the path of a name that stands in both, else nothing."""
    whole = dict(shared)
    for table, rows in added.items():
        held = whole.get(table)
        if isinstance(held, Mapping) and isinstance(rows, Mapping):
            twice = sorted(name for name in set(held) & set(rows) if not table.startswith(_AGES))
            if twice:
                return whole, f"{table}.{twice[0]}"
            more = {name: [*held.get(name, []), *row] if table.startswith(_AGES) else row for name, row in rows.items()}
            whole[table] = {**held, **more}
        elif isinstance(held, list) and isinstance(rows, list):
            whole[table] = [*held, *rows]
        else:
            whole[table] = rows
    return whole, ""
