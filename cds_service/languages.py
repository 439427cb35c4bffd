"""Which languages cards and reports can be had in, and how the catalogue's value sets are called in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from cards.markdown import clean, escape, inline
from cards.wording.en import ENGLISH
from cards.wording.language import Language
from cards.wording.wording import Wording
from cds_service.errors import BadSetting

if TYPE_CHECKING:
    from cds_service.catalogue import Catalogue

LANGUAGES: Mapping[str, Language] = {ENGLISH.code: ENGLISH}


def wording_for(catalogue: Catalogue, locale: str = "en", quote: Callable[[str, int], str] = clean) -> Wording:
    """The words of one language. `quote` is `escape` for cards and `clean` for plain text, of `cards.markdown`."""
    if locale not in LANGUAGES:
        raise BadSetting(f"CDS_LOCALE: expected one of {', '.join(sorted(LANGUAGES))}, found {locale!r}")
    names = {name: value_set.title for name, value_set in catalogue.terminology.value_sets.items()}
    own = inline if quote is escape else clean
    return Wording(LANGUAGES[locale], names, quote, own, frozenset(catalogue.tables.screening))
