"""Which details of an entry are read only when a rule or a card asks: most entries are never looked into."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, Self


class Details(Protocol):
    """Where the details lie that were not read yet. It never raises: what cannot be read is unreadable, not missing."""

    def read(self, name: str) -> Any: ...


class ReadLater:
    """Base of frozen, slotted dataclasses whose fields may be read late. They compare, show and pickle whole."""

    __slots__ = ("_details",)

    @classmethod
    def of(cls, details: Details, /, **known: object) -> Self:
        """An entry of which only `known` is read; its constructor makes one that is read altogether."""
        entry = object.__new__(cls)
        for name, value in known.items():
            object.__setattr__(entry, name, value)
        object.__setattr__(entry, "_details", details)
        return entry

    if not TYPE_CHECKING:  # for a type checker the fields are there

        def __getattr__(self, name: str) -> Any:
            if name.startswith("_"):
                raise AttributeError(name)
            value = self._details.read(name)
            object.__setattr__(self, name, value)
            return value
