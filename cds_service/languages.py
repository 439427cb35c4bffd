"""Which languages cards and reports can be had in, and how the catalogue's value sets are called in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from cards.markdown import clean, escape, inline
from cards.wording.en import ENGLISH
from cards.wording.language import Language
from cards.wording.wording import Wording
from cards.wording.zh_hans import SIMPLIFIED_CHINESE
from cds_service.errors import BadSetting

if TYPE_CHECKING:
    from cds_service.catalogue import Catalogue
    from eligibility.value_set import ValueSet

_ASIDE = re.compile(r"(?:\s*\([^()]*\))+$")  # SNOMED's semantic tag, an editor's remark
LANGUAGES: Mapping[str, Language] = {language.code: language for language in (ENGLISH, SIMPLIFIED_CHINESE)}


def wording_for(catalogue: Catalogue, locale: str = "en", quote: Callable[[str, int], str] = clean) -> Wording:
    """The words of one language. `quote` is `escape` for cards and `clean` for plain text, of `cards.markdown`."""
    if locale not in LANGUAGES:
        raise BadSetting(f"CDS_LOCALE: expected one of {', '.join(sorted(LANGUAGES))}, found {locale!r}")
    language = LANGUAGES[locale]
    names = {name: value_set.called(language.codes) for name, value_set in catalogue.terminology.value_sets.items()}
    own = inline if quote is escape else clean
    displays = _displays(catalogue.terminology.value_sets.values())
    return Wording(language, names, quote, own, displays, frozenset(catalogue.tables.screening))


def _displays(value_sets: Iterable[ValueSet]) -> Mapping[str, str]:
    """What a code without words means, by its row; only where no other row of ours calls the same code otherwise."""
    found: dict[str, set[str]] = {}
    for row in (row for value_set in value_sets for row in value_set.rows):
        if row.match != "range" and row.display:
            found.setdefault(row.code, set()).add(_ASIDE.sub("", row.display))
    return {code: min(displays) for code, displays in found.items() if len(displays) == 1}
