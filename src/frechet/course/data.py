"""Small structured texts inside a course: YAML, TOML, options, and tables of declarations.

YAML is read with its plainest loader: every value is a text, so that `22:36` is no number of
seconds and `no` is a word, and nothing but texts, lists and tables can come of it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias, final

import yaml

from frechet.course.problems import CourseError, Place

Plain: TypeAlias = "str | list[Plain] | dict[str, Plain]"

_QUOTE: Final = "Put a text that contains ': ' or ' #', or begins with a sign of YAML, in quotes."
_DECLARATION: Final = re.compile(r"\s*(\w+)\s*[:=]\s*(.+?)\s*", re.DOTALL)
_TOML_LINE: Final = re.compile(r"at line (\d+)")


@final
@dataclass(frozen=True, slots=True)
class Document:
    """A YAML mapping: its values, the line of each key, and the lines of the items of lists."""

    values: dict[str, Plain]
    lines: dict[str, int]
    items: dict[str, list[int]]


def read_yaml(text: str, place: Place) -> Document:
    """Read a mapping; lines are counted from `place`.

    Raises:
        CourseError: the text is not YAML, or no mapping.
    """
    try:
        root = yaml.compose(text, Loader=yaml.BaseLoader)
        if root is None:
            return Document({}, {}, {})
        values = _plain(root)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line if error.problem_mark is not None else 0
        raise CourseError(f"this is not YAML: {error.problem}", place.below(line), hint=_QUOTE) from None
    except yaml.YAMLError:
        raise CourseError("this is not YAML", place, hint=_QUOTE) from None
    if not isinstance(root, yaml.MappingNode) or not isinstance(values, dict):
        raise CourseError("a table of keys and values is expected", place, hint="Write key: value lines.")
    lines, items = dict[str, int](), dict[str, list[int]]()
    for key, value in root.value:
        lines[str(key.value)] = key.start_mark.line
        if isinstance(value, yaml.SequenceNode):
            items[str(key.value)] = [item.start_mark.line for item in value.value]
    return Document(values, lines, items)


def _plain(node: yaml.Node) -> Plain:
    if isinstance(node, yaml.MappingNode):
        return {str(_plain(key)): _plain(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item) for item in node.value]
    return str(node.value)


def read_toml(path: Path, place: Place) -> dict[str, object]:
    """Read a TOML file.

    Raises:
        CourseError: the file cannot be read or is not TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError:
        raise CourseError("the file cannot be read", place, hint="Check its name.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        found = _TOML_LINE.search(str(error))
        line = int(found.group(1)) if found else 1
        raise CourseError(
            f"this is not TOML: {error}", Place(place.file, line), hint="Mend the file."
        ) from None


def texts(value: object) -> tuple[str, ...]:
    """Return a list of texts, or a single text as a list of one."""
    if isinstance(value, str):
        return (value,) if value.strip() else ()
    return tuple(str(item) for item in value) if isinstance(value, list) else ()


def declarations_of(text: str, place: Place) -> dict[str, str]:
    """Return what `{A: "matrix(m, n)"}` or `A: matrix(m, n), x: vector(n)` declares.

    Raises:
        CourseError: a part is no declaration.
    """
    if text.lstrip().startswith("{"):
        return {name: str(kind) for name, kind in read_yaml(text, place).values.items()}
    found: dict[str, str] = {}
    for part in parts_of(text):
        match = _DECLARATION.fullmatch(part)
        if match is None:
            hint = 'Write {A: "matrix(m, n)", x: "vector(n)"}.'
            raise CourseError(f"'{part.strip()}' is not a declaration", place, hint=hint)
        found[match.group(1)] = match.group(2).strip("\"'")
    return found


def parts_of(text: str, separators: str = ",;") -> Iterator[str]:
    """Yield the parts between separators that stand outside all brackets.

    >>> list(parts_of("A = [2, 1; 0, 3], x = [1; 2]"))
    ['A = [2, 1; 0, 3]', ' x = [1; 2]']
    """
    depth, start = 0, 0
    for place, character in enumerate(text):
        depth += (character in "([{") - (character in ")]}")
        if character in separators and depth == 0:
            yield text[start:place]
            start = place + 1
    if text[start:].strip():
        yield text[start:]
