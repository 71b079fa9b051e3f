"""From the text of a lecture to its blocks; what cannot be understood is reported and left out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, final

from markdown_it.token import Token

from frechet.course.blocks import (
    Block,
    Blocks,
    CookbookPointer,
    Declared,
    Derivation,
    DerivationLine,
    Example,
    ExercisePlace,
    FigurePlace,
    LabPlace,
    Mistake,
    Prose,
    Text,
    Theorem,
)
from frechet.course.data import Plain, declarations_of, parts_of, read_yaml
from frechet.course.directive import Directive, read_directive, refuse_unknown, require
from frechet.course.markup import parser
from frechet.course.problems import CourseError, Place
from frechet.errors import quoted

STATED: Final = ("gradient", "jacobian", "hessian", "differential", "equals")
RESULTS: Final = ("value", "gradient", "jacobian", "hessian")
ASKED: Final = ("gradient", "jacobian", "hessian", "differential")
_LINE_KEYS: Final = ("line", "text", "because", "open")


@final
@dataclass(slots=True)
class Reader:
    """Reads one file; `problems` gathers all that is wrong with it."""

    symbols: Declared
    problems: list[CourseError] = field(default_factory=list)

    def report(self, problem: CourseError) -> None:
        self.problems.append(problem)

    def blocks(self, markdown: str, place: Place) -> Blocks:
        """Return the blocks of a text whose first line stands at `place`."""
        source = markdown.split("\n")
        found: list[Block] = []
        start = 0
        for token in _fences(parser().parse(markdown)):
            assert token.map is not None
            first, end = token.map
            self._text(source[start:first], place.below(start), found)
            self._directive(token, place.below(first), source[end - 1], found)
            start = end
        self._text(source[start:], place.below(start), found)
        return tuple(found)

    def _text(self, lines: Sequence[str], place: Place, found: list[Block]) -> None:
        blank = 0
        while blank < len(lines) and not lines[blank].strip():
            blank += 1
        if blank < len(lines):
            found.append(Text(place.below(blank), "\n".join(lines[blank:]).rstrip()))

    def _directive(self, token: Token, place: Place, last: str, found: list[Block]) -> None:
        try:
            directive = read_directive(token.info, token.content, place)
            if not last.strip() or last.strip(" :"):
                closing = ":" * len(token.markup)
                self.report(
                    CourseError(f"{directive.name} is not closed", place, hint=f"End it with {closing}.")
                )
            build = _BUILD.get(directive.name)
            if build is None:
                hint = f"The directives are {', '.join(_BUILD)}."
                raise CourseError(f"there is no directive {quoted(directive.name)}", place, hint=hint)
            found.append(build(self, directive))
        except CourseError as problem:
            self.report(problem)

    def _body(self, directive: Directive) -> Blocks:
        return self.blocks(directive.body, directive.body_place) if directive.body.strip() else ()

    def _declared(self, directive: Directive) -> Declared:
        own = declarations_of(directive.option("declare"), directive.place_of("declare"))
        return {**self.symbols, **own}

    def prose(self, directive: Directive) -> Block:
        refuse_unknown(directive, (), self.report)
        return Prose(directive.place, directive.name, directive.argument, self._body(directive))

    def theorem(self, directive: Directive) -> Block:
        known = ("declare", "formula", "by", "structured", *STATED, "source")
        refuse_unknown(directive, known, self.report)
        require(directive, ("formula",), self.report)
        stated = [name for name in STATED if directive.option(name)]
        if len(stated) != 1:
            raise CourseError(
                f"a theorem states one of {', '.join(STATED)}, not {len(stated) or 'none'}",
                directive.place,
                hint="Make a theorem of each statement.",
            )
        if stated[0] != "equals":
            require(directive, ("by",), self.report)
        return Theorem(
            directive.place,
            directive.argument,
            self._declared(directive),
            directive.option("formula"),
            _names(directive.option("by")),
            directive.option("structured"),
            stated[0],
            directive.option(stated[0]),
            directive.option("source"),
            self._body(directive),
        )

    def derivation(self, directive: Directive) -> Block:
        refuse_unknown(directive, (), self.report)
        document = read_yaml(directive.body, directive.body_place)
        for key in document.values:
            if key not in ("declare", "over", "lines"):
                place = directive.body_place.below(document.lines[key])
                self.report(CourseError(f"a derivation has no {quoted(key)}", place, hint="See the format."))
        declared = document.values.get("declare", {})
        raw, over = document.values.get("lines", []), document.values.get("over", "")
        if not isinstance(raw, list) or not raw:
            raise CourseError(
                "a derivation has a list of lines", directive.place, hint="Write lines: - line: …"
            )
        own = declared if isinstance(declared, dict) else declarations_of(str(declared), directive.body_place)
        starts = [directive.body_place.below(line) for line in document.items["lines"]]
        lines = [self._line(item, start) for item, start in zip(raw, starts, strict=True)]
        kinds = {**self.symbols, **{name: str(kind) for name, kind in own.items()}}
        return Derivation(directive.place, directive.argument, kinds, str(over), tuple(lines))

    def _line(self, item: Plain, place: Place) -> DerivationLine:
        if not isinstance(item, dict) or ("line" in item) == ("text" in item):
            raise CourseError(
                "an item of lines has either a line or a text", place, hint="Write - line: f = …"
            )
        for key in item:
            if key not in _LINE_KEYS:
                hint = f"A line has {', '.join(_LINE_KEYS)}."
                self.report(CourseError(f"a line has no {quoted(key)}", place, hint=hint))
        line, text, because, opened = (str(item.get(key, "")).strip() for key in _LINE_KEYS)
        if line and not because:
            self.report(
                CourseError("this line has no because", place, hint="Say in a sentence why it holds.")
            )
        return DerivationLine(place, " ".join(line.split()), text, because, opened)

    def mistake(self, directive: Directive) -> Block:
        refuse_unknown(directive, ("declare", "formula", "by", "ask", "wrong", "name"), self.report)
        require(directive, ("formula", "by", "wrong", "name"), self.report)
        ask = directive.option("ask") or "gradient"
        if ask not in ASKED:
            raise CourseError(
                f"a mistake cannot ask for {quoted(ask)}",
                directive.place_of("ask"),
                hint=f"Ask for {', '.join(ASKED)}.",
            )
        return Mistake(
            directive.place,
            directive.argument,
            self._declared(directive),
            directive.option("formula"),
            _names(directive.option("by")),
            ask,
            directive.option("wrong"),
            directive.option("name"),
            self._body(directive),
        )

    def example(self, directive: Directive) -> Block:
        refuse_unknown(directive, ("declare", "at", "formula", "by", *RESULTS), self.report)
        require(directive, ("at", "formula"), self.report)
        results = [
            (name, directive.option(name), directive.place_of(name))
            for name in RESULTS
            if directive.option(name)
        ]
        if not results:
            hint = f"Give one or more of {', '.join(RESULTS)}."
            self.report(CourseError("an example states a result", directive.place, hint=hint))
        return Example(
            directive.place,
            directive.argument,
            self._declared(directive),
            directive.option("at"),
            directive.option("formula"),
            _names(directive.option("by")),
            tuple(results),
            self._body(directive),
        )

    def cookbook(self, directive: Directive) -> Block:
        refuse_unknown(directive, ("declare", "search", "by", "entry"), self.report)
        if bool(directive.option("search")) == bool(directive.option("entry")):
            hint = "Give :search: a formula, or :entry: an id."
            self.report(CourseError("cookbook takes either search or entry", directive.place, hint=hint))
        return CookbookPointer(
            directive.place,
            directive.argument,
            self._declared(directive),
            directive.option("search"),
            _names(directive.option("by")),
            directive.option("entry"),
            self._body(directive),
        )

    def figure(self, directive: Directive) -> Block:
        refuse_unknown(directive, (), self.report)
        return FigurePlace(directive.place, directive.argument, self._body(directive))

    def exercise(self, directive: Directive) -> Block:
        refuse_unknown(directive, (), self.report)
        return ExercisePlace(directive.place, directive.argument)

    def lab(self, directive: Directive) -> Block:
        refuse_unknown(directive, (), self.report)
        return LabPlace(directive.place, self._body(directive))


def _fences(tokens: Sequence[Token]) -> list[Token]:
    return [token for token in tokens if token.type == "colon_fence" and token.level == 0]


def _names(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in parts_of(text))


_BUILD: Final[dict[str, Callable[[Reader, Directive], Block]]] = {
    "theorem": Reader.theorem,
    "derivation": Reader.derivation,
    "figure": Reader.figure,
    "exercise": Reader.exercise,
    "lab": Reader.lab,
    "mistake": Reader.mistake,
    "example": Reader.example,
    "intuition": Reader.prose,
    "application": Reader.prose,
    "cookbook": Reader.cookbook,
    "summary": Reader.prose,
}
