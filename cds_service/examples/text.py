"""YAML as worked examples are written: a date stays text, `no` is a word, `null` says that an element is absent."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml


class ExampleError(ValueError):
    """A worked example that cannot be read: names the file, the story, and what to change."""


class PlainLoader(yaml.SafeLoader):
    """Text, whole and decimal numbers, true, false and null; a key may be written only once."""


_TYPES = (
    ("merge", r"<<", "<"),
    ("bool", r"true|false", "tf"),
    ("null", r"null|~|", ["n", "~", ""]),
    ("int", r"-?(?:0|[1-9][0-9]*)", "-0123456789"),
    ("float", r"-?(?:0|[1-9][0-9]*)\.[0-9]+", "-0123456789"),
)
PlainLoader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in _TYPES:
    PlainLoader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), list(_first))


def _mapping(loader: PlainLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    keys = [key.value for key, _ in node.value]
    twice = sorted({str(key) for key in keys if keys.count(key) > 1})
    if twice:
        line = node.start_mark.line + 1
        raise ExampleError(f"{_named(node)}: line {line}: '{twice[0]}' is written twice; keep one of them")
    loader.flatten_mapping(node)
    return loader.construct_mapping(node, deep=True)


def _named(node: yaml.Node) -> str:
    return Path(node.start_mark.name).name


PlainLoader.add_constructor("tag:yaml.org,2002:map", _mapping)


def read_yaml(path: Path) -> Any:
    """The content of one file; an ExampleError names file and line, never what stands there."""
    try:
        with path.open(encoding="utf-8") as file:
            return yaml.load(file, Loader=PlainLoader)  # noqa: S506 - a SafeLoader with fewer types
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark is not None else 1
        raise ExampleError(f"{path.name}: line {line}: {error.problem or 'no YAML'}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ExampleError(f"{path.name}: not readable as YAML ({type(error).__name__})") from None
    except OSError as error:
        raise ExampleError(f"{path.name}: cannot be read ({type(error).__name__})") from None
