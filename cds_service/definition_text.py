"""YAML as definitions are written: everything is text except whole numbers and true/false (definition-language.md §10).

So no date, octal number, yes/no or floating-point surprise exists. Duplicate keys, anchors, aliases and tags are
refused.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

try:
    from yaml import CSafeLoader as QuickLoader  # libyaml's parser: the trials are read at every start
except ImportError:  # pragma: no cover - where PyYAML was built without it
    from yaml import SafeLoader as QuickLoader  # type: ignore[assignment]

__all__ = ["DefinitionSyntaxError", "DefinitionText", "QuickLoader", "read_definition"]

DEEPEST = 100
_WHOLE = re.compile(r"^-?(?:0|[1-9]\d*)$")


class DefinitionText(yaml.SafeLoader):
    """A loader with our three scalar types only."""


class _Quick(QuickLoader):
    """The same for text without a mistake; a mistake is told by the other one, in the same words everywhere."""


Loader = type[DefinitionText] | type[_Quick]
_LOADERS: tuple[Loader, ...] = (DefinitionText, _Quick)
for _loader in _LOADERS:
    _loader.yaml_implicit_resolvers = {}
    _loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))
    _loader.add_implicit_resolver("tag:yaml.org,2002:int", _WHOLE, list("-0123456789"))


class DefinitionSyntaxError(ValueError):
    """Text that is no such YAML; the message names line and remedy."""


def _mapping(loader: DefinitionText | _Quick, node: yaml.MappingNode) -> dict[Any, Any]:
    keys: dict[object, int] = {}
    for key_node, _ in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key in keys:
            raise DefinitionSyntaxError(f"'{key}' is written twice (line {key_node.start_mark.line + 1})")
        keys[key] = key_node.start_mark.line
    return {
        loader.construct_object(key, deep=True): loader.construct_object(value, deep=True) for key, value in node.value
    }


for _loader in _LOADERS:
    _loader.add_constructor("tag:yaml.org,2002:map", _mapping)


def read_definition(text: str) -> Any:
    """The content of one definition file; raises DefinitionSyntaxError with the line."""
    try:
        return _read(text, _Quick)
    except yaml.YAMLError:
        pass
    try:
        return _read(text, DefinitionText)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark is not None else 1
        raise DefinitionSyntaxError(
            f"line {line}: {error.problem or 'no YAML'}{_remedy(error.problem or '')}"
        ) from None
    except yaml.YAMLError as error:
        raise DefinitionSyntaxError(str(error).splitlines()[0]) from None


def _remedy(problem: str) -> str:
    """What to change, for the slips that are made most."""
    if "\\t" in problem:
        return "; indent with blanks, not with tabs"
    if "mapping values" in problem or "':'" in problem:
        return "; a text with ': ' in it needs quotes, and words of one thing begin in one column"
    return ""


def _read(text: str, loader: Loader) -> Any:
    _refuse_references(text, loader)
    return yaml.load(text, loader)  # noqa: S506 - a SafeLoader with fewer types


def _refuse_references(text: str, loader: Loader) -> None:
    depth = 0
    for event in yaml.parse(text, loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        given, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
        line = event.start_mark.line + 1 if event.start_mark is not None else 1
        if depth > DEEPEST:  # PyYAML's own parser takes half a minute for what is nested ten thousand times
            raise DefinitionSyntaxError(f"line {line}: more than {DEEPEST} lists or objects inside each other")
        if given is not None:
            raise DefinitionSyntaxError(f"line {line}: anchors and aliases (&{given}) are not used here; write it out")
        if tag is not None:
            raise DefinitionSyntaxError(f"line {line}: tags ({tag}) are not used here")
