"""Questions about who the trial is: its index disease, its sites, its numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from eligibility.review.question import Question, Reviewed

_REGISTRY = re.compile(r"NCT\d{8}|ChiCTR\d{10}|EUCTR\d{4}-\d{6}-\d{2}|\d{4}-\d{6}-\d{2}-\d{2}|ISRCTN\d{8}|jRCT\w{10}")
_NUMBERED = re.compile(r"^(.*?)(\d+)$")


def index_disease_missing_or_several(reviewed: Reviewed) -> Iterator[Question]:
    """G7: the index disease is the one inclusion that silence may fail; G12b: the anchor decides whether we speak."""
    marked = [criterion.id for criterion in reviewed.trial.inclusion if criterion.said.index_disease]
    anchor = reviewed.trial.header.anchor
    if not marked:
        yield Question(
            "inclusion",
            "no criterion is the index disease, so everybody with an empty problem list is a candidate",
            f"mark one with `index_disease: true`, most likely {anchor}",
        )
    elif len(marked) > 1:
        yield Question(
            "inclusion", f"several index diseases ({', '.join(marked)})", "keep the one that names the trial"
        )
    elif marked != [anchor]:
        yield Question(
            "anchor",
            f"the trial speaks by {anchor}, and its index disease is {marked[0]}",
            "let both name the disease that the trial is about",
        )


def sites_not_spoken_of(reviewed: Reviewed) -> Iterator[Question]:
    """Invariant 14: what is not published is absent; `sites: []` says that somebody looked."""
    if reviewed.trial.open and "sites" not in reviewed.trial.header.model_fields_set:
        yield Question(
            "sites", "the trial is active and nothing is said of its sites", "name them, or write `sites: []`"
        )


def registry_number_of_another_shape(reviewed: Reviewed) -> Iterator[Question]:
    number = reviewed.trial.nct_id
    if not _REGISTRY.fullmatch(number):
        yield Question("nct_id", f"'{number}' has the shape of no registry number", "copy it from the registry")


def ids_out_of_order_or_with_gaps(reviewed: Reviewed) -> Iterator[Question]:
    """People quote criteria by number; a gap looks like a criterion that was lost."""
    for role, criteria in (("inclusion", reviewed.trial.inclusion), ("exclusion", reviewed.trial.exclusion)):
        numbered = [(n, found) for n, c in enumerate(criteria) if (found := _NUMBERED.match(c.id))]
        for expected, (n, found) in enumerate(numbered, start=1):
            if int(found[2]) != expected:
                wanted = f"{numbered[0][1][1]}{expected:0{len(found[2])}}"
                yield Question(
                    f"{role}[{n}].id", f"found {found[0]} where {wanted} would follow", "number without gaps, in order"
                )
                break
        prefixes = list(dict.fromkeys(found[1] for _, found in numbered))
        if len(prefixes) > 1:
            yield Question(role, f"ids begin in {len(prefixes)} ways ({', '.join(prefixes)})", "let them begin alike")
