"""HTML made harmless: cut, and rewritten so that parsing it takes time in proportion to its size.

A parser that follows the HTML standard takes quadratic time, or memory, for elements nested ten thousand deep, for
formatting that is never closed and for endless attributes. So one linear pass lets through only the elements that an
article is read by, nested no deeper than people write.
"""

import re
from dataclasses import dataclass, field
from typing import Final

#: More of a body than this is not looked at.
MOST_BYTES: Final = 300_000
MOST_DEPTH: Final = 60
#: Open `<b>`, `<a>` … are opened again in every paragraph that follows, so many of them multiply the tree.
MOST_FORMATS: Final = 6
LONGEST_TAG: Final = 4_000

_NAME: Final = re.compile(r"</?([a-zA-Z][a-zA-Z0-9-]*)")
_RAW: Final = re.compile(
    r"<(script|style|textarea|iframe|noscript|title|template|svg|math|object|select|head)\b", re.IGNORECASE
)
_ENDS: Final = {
    name: re.compile(rf"</{name}\b", re.IGNORECASE)
    for name in (
        "script",
        "style",
        "textarea",
        "iframe",
        "noscript",
        "title",
        "template",
        "svg",
        "math",
        "object",
        "select",
        "head",
    )
}
_BLOCKS: Final = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "center",
        "details",
        "div",
        "dl",
        "figcaption",
        "figure",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "main",
        "nav",
        "ol",
        "pre",
        "section",
        "summary",
        "ul",
    ]
)
_FORMATS: Final = frozenset(["a", "b", "big", "code", "em", "font", "i", "s", "small", "strike", "strong", "tt", "u"])
_INLINE: Final = frozenset({"span", "spoiler"})
_FREE: Final = frozenset(["br", "hr", "img", "li", "p"])
#: What is written as another element: tables become lines with tabs, forms something that nobody reads.
_INSTEAD: Final = {
    "<tr": "<p>", "</tr": "</p>", "<td": "\t", "<th": "\t", "</table": "<p>", "<table": "<p>",
    "<dt": "<p>", "</dt": "</p>", "<dd": "<p>", "</dd": "</p>",
    "<form": "<nav>", "</form": "</nav>", "<button": "<nav>", "</button": "</nav>",
}  # fmt: skip


def tamed(html: str) -> str:
    """The beginning of `html` without anything that could make a parser slow."""
    html = cut(html)
    tamer = _Tamer()
    at, close = 0, -1
    while (start := html.find("<", at)) >= 0:
        tamer.text(html[at:start])
        if html.startswith("<!--", start):
            at = _after(html, "-->", start + 4)
            continue
        if close < start and (close := html.find(">", start)) < 0:
            at = start
            break
        name = _NAME.match(html, start, close)
        if name is None:
            at = _not_a_tag(tamer, html, start, close)
        elif raw := _RAW.match(html, start, close):
            end = _ENDS[raw[1].lower()].search(html, close)
            at = _after(html, ">", end.end()) if end else len(html)
        else:
            tamer.tag(html[start : close + 1], name[1].lower())
            at = close + 1
    tamer.text(html[at:].replace("<", "&lt;"))
    return "".join(tamer.out)


def cut(html: str) -> str:
    """As much of `html` as is read at all."""
    if len(html) * 4 <= MOST_BYTES:
        return html
    return html.encode("utf-8", "ignore")[:MOST_BYTES].decode("utf-8", "ignore")


def _after(html: str, mark: str, at: int) -> int:
    found = html.find(mark, at)
    return len(html) if found < 0 else found + len(mark)


def _not_a_tag(tamer: "_Tamer", html: str, start: int, close: int) -> int:
    if html.startswith(("<!", "<?", "</"), start):
        return close + 1
    tamer.text("&lt;")
    return start + 1


@dataclass(slots=True)
class _Tamer:
    """What has been let through, and which elements are open in it."""

    out: list[str] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    formats: list[str] = field(default_factory=list)

    def text(self, text: str) -> None:
        self.out.append(text)

    def tag(self, tag: str, name: str) -> None:
        closing = tag[1] == "/"
        if instead := _INSTEAD.get(f"</{name}" if closing else f"<{name}"):
            tag, name = instead, instead.strip("</>")
        if instead == "\t" or len(tag) > LONGEST_TAG:
            self.out.append(" " if instead is None else instead)
        elif name in _FREE:
            self.out.append(tag)
        elif name in _FORMATS:
            self._format(tag, name, closing=closing)
        elif name in _BLOCKS or name in _INLINE:
            self._element(tag, name, closing=closing)

    def _format(self, tag: str, name: str, *, closing: bool) -> None:
        if closing and name in self.formats:
            self.formats.remove(name)
            self.out.append(tag)
        elif not closing and len(self.formats) < MOST_FORMATS:
            self.formats.append(name)
            self.out.append(tag)

    def _element(self, tag: str, name: str, *, closing: bool) -> None:
        if not closing and len(self.opened) < MOST_DEPTH:
            self.opened.append(name)
            self.out.append(tag)
        elif closing and self._closes(name):
            del self.opened[_last(self.opened, name) :]
            self.out.append(tag)

    def _closes(self, name: str) -> bool:
        """Whether a parser would close here: blocks close what is open inside them, inline elements do not."""
        return name in self.opened and (name in _BLOCKS or self.opened[-1] == name)


def _last(names: list[str], name: str) -> int:
    return len(names) - 1 - names[::-1].index(name)
