"""What a template prints of its document's words: read from the template, nothing is run.

`{{ name }}`, `{{ item.field }}`, `for item in list`, `if word` with `else`, and docxtpl's `p`,
`tr`, `tc` and `r` before a statement. Everything else is refused.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from jinja2 import TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml import etree

from documents.paper import PaperContext
from documents.template_file import (
    ALTERNATIVES,
    FALLBACK,
    STORIES,
    Finding,
    Flaw,
    Part,
    W,
    paragraphs,
    shown,
    text_of,
)

#: Placeholders and statements of a template together, and `if`s inside one another.
MOST_TAGS = 500
DEEPEST = 4
_STATEMENT = r"\{%(?P<part>p|tr|tc|r)? +(?:for|if|else|endif|endfor)\b[^{}%#]{0,200}%\}"
_TAG = re.compile(rf"{_STATEMENT}|\{{\{{(?!(?:p|tr|tc|r) )[^{{}}%#]{{1,200}}\}}\}}")
_BRACES = re.compile(r"[{}]")
_DOUBLE = re.compile(r"\{[{%#_]|[}%#_]\}")
_CONTAINERS = {"p": f"{W}p", "tr": f"{W}tr", "tc": f"{W}tc"}

#: A word's name, and the fields of its items when it is a list (none: the items are texts).
Shapes = Mapping[str, frozenset[str] | None]


def shapes_of(context: PaperContext) -> Shapes:
    """What the words of the document are; told by an example in which no list is empty."""
    return {name: _shape(word) for name, word in context.words().items()}


def _shape(word: object) -> frozenset[str] | None:
    if not isinstance(word, tuple):
        return None
    return frozenset(word[0]) if word and isinstance(word[0], Mapping) else frozenset()


def paths_of(context: PaperContext) -> frozenset[str]:
    """Everything that a template of the document has to print: `name`, or `list.field`."""
    return frozenset(
        path
        for name, fields in shapes_of(context).items()
        for path in ([f"{name}.{each}" for each in fields] if fields else [name])
    )


def flags_of(context: PaperContext) -> frozenset[str]:
    """The words that are asked for and not printed themselves."""
    return frozenset(name for name, word in context.words().items() if isinstance(word, bool))


def guide(context: PaperContext) -> tuple[tuple[tuple[str, ...], str], ...]:
    """How each word is written in a template, by paragraphs, and what the example prints."""
    return tuple(_written(name, word) for name, word in context.words().items())


def _written(name: str, word: object) -> tuple[tuple[str, ...], str]:
    match word:
        case bool():
            return (f"{{% if {name} %}} … {{% else %}} … {{% endif %}}",), ""
        case str():
            return (f"{{{{ {name} }}}}",), word
        case tuple():
            first = word[0] if word else ""
            fields = first if isinstance(first, Mapping) else {"": first}
            shown_item = " ".join(
                f"{{{{ item.{each} }}}}" if each else "{{ item }}" for each in fields
            )
            loop = (f"{{%p for item in {name} %}}", shown_item, "{%p endfor %}")
            return loop, " — ".join(fields.values())
        case _:
            return (f"{{{{ {name} }}}}",), "QR"


def written_wrong(parts: Iterable[Part]) -> Iterator[Finding]:
    """Braces that are no placeholder, stand where none is filled in, or would take text along.

    What passes is short and closed within its paragraph, so that docxtpl's patterns end soon.
    """
    tags = 0
    for part in parts:
        if part.tree is None or part.name.endswith(".rels"):
            continue
        yield from _misplaced(part)
        yield from _only_for_old_programs(part.tree)
        if part.kind in STORIES:
            for paragraph, text in paragraphs(part.tree):
                found = list(_TAG.finditer(text))
                tags += len(found)
                if _BRACES.search(_TAG.sub("", text)):
                    yield Finding(flaw=Flaw.SYNTAX, near=shown(text))
                yield from _not_alone(paragraph, found)
    if tags > MOST_TAGS:
        yield Finding(flaw=Flaw.TOO_LONG, what=str(tags))


def _misplaced(part: Part) -> Iterator[Finding]:
    """Placeholders outside the text of the document: there they are not filled in, or do harm."""
    for element in part.tree.iter() if part.tree is not None else ():
        is_text = element.tag == f"{W}t" and part.kind in STORIES
        told = [*element.attrib.values(), element.tail or "", "" if is_text else element.text or ""]
        texts = _BRACES if part.kind in STORIES else _DOUBLE
        if any(_DOUBLE.search(value) for value in told[:-2]) or any(
            texts.search(value) for value in told[-2:]
        ):
            yield Finding(flaw=Flaw.PLACE, what=shown(" ".join(filter(None, told))))


def _only_for_old_programs(tree: etree._Element) -> Iterator[Finding]:
    """What is there a second time, for programs that cannot show the first, must say the same."""
    for alternatives in tree.iter(ALTERNATIVES):
        for second in alternatives.iter(FALLBACK):
            first = [one for one in alternatives if one is not second]
            more = _tags_in(second) - {tag for one in first for tag in _tags_in(one)}
            yield from (Finding(flaw=Flaw.PLACE, what=tag) for tag in sorted(more))


def _tags_in(tree: etree._Element) -> set[str]:
    return {tag[0] for _paragraph, text in paragraphs(tree) for tag in _TAG.finditer(text)}


def _not_alone(paragraph: etree._Element, tags: Sequence[re.Match[str]]) -> Iterator[Finding]:
    """docxtpl takes away the whole paragraph, row or cell of such a statement, text and all."""
    for tag in tags:
        container = _CONTAINERS.get(tag["part"] or "")
        if container is None:
            continue
        place = next(paragraph.iterancestors(container), None) if tag["part"] != "p" else paragraph
        texts = [text_of(one) for one in place.iter(f"{W}p")] if place is not None else []
        if "".join(texts).strip() != tag[0]:
            yield Finding(flaw=Flaw.PLACE, what=tag[0], near=shown(" ".join(texts)))


@dataclass(kw_only=True)
class Reading:
    """What one template was found to print, and to do wrong."""

    shapes: Shapes
    flags: frozenset[str]
    printed: frozenset[str] = frozenset()
    findings: list[Finding] = field(default_factory=list)
    lines: Sequence[str] = ()

    def read(
        self, environment: ImmutableSandboxedEnvironment, source: str, *, is_seen: bool
    ) -> None:
        """Read one story as docxtpl hands it to Jinja; `is_seen` on the first page at the least."""
        source = re.sub(r"<w:p([ >])", r"\n<w:p\1", source)
        self.lines = source.split("\n")
        try:
            tree = environment.parse(source)
        except TemplateSyntaxError as error:
            self._refuse(Flaw.SYNTAX, error.lineno)
            return
        printed = self._block(tree.body, {}, 0)
        if is_seen:
            self.printed |= printed

    def _block(
        self, block: Iterable[nodes.Node], items: Mapping[str, str], depth: int
    ) -> frozenset[str]:
        """The words that the block prints whatever the other words are."""
        printed: frozenset[str] = frozenset()
        for node in block:
            match node:
                case nodes.Output():
                    printed |= self._output(node, items)
                case nodes.If() if depth < DEEPEST and not node.elif_:
                    printed |= self._if(node, items, depth)
                case nodes.For() if self._is_plain(node, items):
                    printed |= self._for(node, items, depth)
                case _:
                    self._refuse(Flaw.FORBIDDEN, node.lineno)
        return printed

    def _output(self, node: nodes.Output, items: Mapping[str, str]) -> frozenset[str]:
        printed = set()
        for child in node.nodes:
            if isinstance(child, nodes.TemplateData):
                continue
            path = self._path(child, items)
            if path is not None and self._is_text(child, path):
                printed.add(path)
            elif path is not None:
                self._refuse(Flaw.MISUSED, child.lineno, path)
        return frozenset(printed)

    def _if(self, node: nodes.If, items: Mapping[str, str], depth: int) -> frozenset[str]:
        """What both branches print; and what is asked for and printed when it is there."""
        asked = self._path(node.test, items)
        then = self._block(node.body, items, depth + 1)
        otherwise = self._block(node.else_, items, depth + 1)
        if asked is None:
            return then & otherwise
        own = {path for path in then if path == asked or path.startswith(f"{asked}.")}
        return (then & otherwise) | own | {asked} & self.flags

    def _for(self, node: nodes.For, items: Mapping[str, str], depth: int) -> frozenset[str]:
        name = self._path(node.iter, items)
        if name is None or not isinstance(node.target, nodes.Name):
            return frozenset()
        if self.shapes.get(name) is None:
            self._refuse(Flaw.MISUSED, node.lineno, name)
            return frozenset()
        printed = self._block(node.body, {node.target.name: name}, depth + 1)
        return frozenset(path for path in printed if path == name or path.startswith(f"{name}."))

    def _is_plain(self, node: nodes.For, items: Mapping[str, str]) -> bool:
        """One list, one new name, no loop in a loop."""
        return (
            not (items or node.else_ or node.test or node.recursive)
            and isinstance(node.target, nodes.Name)
            and node.target.name not in {*self.shapes, "loop"}
            and isinstance(node.iter, nodes.Name)
        )

    def _path(self, node: nodes.Node, items: Mapping[str, str]) -> str | None:
        """`name` or `list.field`; None, and a finding, for what is no word of the document."""
        match node:
            case nodes.Name(name=name) if name in items:
                return items[name]
            case nodes.Name(name=name) if name in self.shapes:
                return str(name)
            case nodes.Name(name=name):
                self._refuse(Flaw.UNKNOWN, node.lineno, name)
            case nodes.Getattr(node=nodes.Name(name=item), attr=attr) if item in items:
                if attr in (self.shapes[items[item]] or ()):
                    return f"{items[item]}.{attr}"
                self._refuse(Flaw.UNKNOWN, node.lineno, f"{item}.{attr}")
            case _:
                self._refuse(Flaw.FORBIDDEN, node.lineno)
        return None

    def _refuse(self, flaw: Flaw, line: int, what: str = "") -> None:
        near = re.sub(r"<[^>]*>", "", self.lines[line - 1]) if line <= len(self.lines) else ""
        self.findings.append(Finding(flaw=flaw, what=what, near=shown(near)))

    def _is_text(self, node: nodes.Node, path: str) -> bool:
        """Whether the word prints as a text: no flag, no list, no item that has fields."""
        if isinstance(node, nodes.Getattr):
            return True
        fields = self.shapes[path]
        is_item = isinstance(node, nodes.Name) and node.name != path
        return not fields if is_item else fields is None and path not in self.flags
