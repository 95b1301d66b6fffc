"""HTML into blocks: its headings, paragraphs and pictures in order, without what surrounds an article."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser, LexborNode

from bot.recaps.article_html import tamed
from bot.recaps.article_words import ArticleWords
from bot.recaps.model import Picture, Spoiler

#: More than this is nobody's article.
_MOST_NODES: Final = 60_000
_MOST_BLOCKS: Final = 3_000
_MOST_PICTURES: Final = 40
_LONGEST_CAPTION: Final = 300
_LONGEST_URL: Final = 2_000
_SMALLEST_PICTURE: Final = 50

_BLOCKS: Final = frozenset(
    [
        "address",
        "article",
        "blockquote",
        "center",
        "details",
        "div",
        "dl",
        "figcaption",
        "figure",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "ul",
    ]
)
_HEADINGS: Final = {f"h{level}": level for level in range(1, 7)}
#: A `<summary>` is the label of what can be unfolded.
_SKIPPED: Final = frozenset({"nav", "aside", "footer", "summary"})
_BOLD: Final = frozenset({"b", "strong"})
_URL: Final = re.compile(r"https?://[^\s/<>\"@\\]+/[^\s\\]+", re.IGNORECASE)
#: Faces of writers, which some feeds list as pictures of their articles.
_FACE: Final = re.compile(r"gravatar\.com/|/avatars?/", re.IGNORECASE)
#: The end of an address that says how large a picture is: "-1024x576.jpg", "-scaled.jpg?w=640".
_SIZE: Final = re.compile(r"(?:-\d{2,4}x\d{2,4}|-scaled)?(?:\.\w{2,5})?(?:[?#].*)?$")
_SPACES: Final = re.compile(r"[ \r\f\v\u00a0\u3000]{2,}|[\r\f\v\u00a0\u3000]")
_EMPTY_LINE: Final = re.compile(r"\n[ \n]*\n")
_INVISIBLE: Final = re.compile(r"[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]")
_TRUNCATED: Final = re.compile(r" ?[\[(](?:…|\.\.\.|&hellip;)[\])]")
#: How feeds mark spoilers in plain text.
_MARK: Final = re.compile(
    r"(\[(?:su_|bg_|wp_)?spoiler[^\]\[]{0,200}\]|>!(?=\S))|(\[/(?:su_|bg_|wp_)?spoiler\]|(?<=\S)!<)", re.IGNORECASE
)
#: What an editor's plugins would have turned into something else: [tab title="1"], [/tab], or [tabs] all alone.
_SHORTCODE: Final = re.compile(
    r"\[[a-z][\w-]{1,30}(?:\s+[\w-]{1,30}\s?=[^\]\[]{0,200})+\]|\[/[a-z][\w-]{1,30}\]|^\s*\[[a-z][\w-]{1,30}\]\s*$",
    re.IGNORECASE,
)
_DIALOGUE: Final = re.compile(r"[-–—•*]\s|[^\s:：]{1,20}(?: [^\s:：]{1,20}){0,2}\s?[:：]\s?\S")
_FINISHED: Final = re.compile(r"[.!?…。！？｡:：\"'”’»」』)）\]]$")
_WIDE_END: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff、，]$")


@dataclass(frozen=True, slots=True)
class Block:
    """A heading or a paragraph."""

    text: str
    #: 1 to 6 for headings, else 0.
    level: int = 0
    #: What is set in bold at its beginning.
    lead: str = ""
    #: How much of it is links, from 0 to 1.
    linked: float = 0.0


@dataclass(slots=True)
class Page:
    """What was found in some HTML."""

    blocks: list[Block] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    #: What the feed itself marks as spoilers.
    marked: list[Spoiler] = field(default_factory=list)


def read_blocks(html: str, words: ArticleWords, *, base: str = "") -> Page:
    """The blocks of `html`, however broken it is; addresses in it start from `base`."""
    if "<" not in html:
        html = html.replace("\n", "<br>")
    root = LexborHTMLParser(tamed(html)).body
    reader = _Reader(words, base)
    if root is not None:
        reader.read(root)
    return reader.page


@dataclass(slots=True)
class _Reader:
    """A walk through the tree: what is open around the current node, and the block that is being gathered."""

    words: ArticleWords
    base: str
    page: Page = field(default_factory=Page)
    level: int = 0
    bold: int = 0
    link: int = 0
    caption: int = 0
    hidden: int = 0
    #: Whether a mark in plain text is open.
    marking: bool = False
    parts: list[str] = field(default_factory=list)
    lead: list[str] = field(default_factory=list)
    leading: bool = True
    linked: int = 0
    spoiler: list[str] = field(default_factory=list)

    def read(self, root: LexborNode) -> None:
        for node, leaving in _walk(root, self):
            if node.is_text_node:
                self._text(node.text_content or "")
            elif leaving:
                self._leave(node)
            else:
                self._enter(node)
        self._close()
        self._end_spoiler()

    def skips(self, node: LexborNode) -> bool:
        """Whether nothing inside `node` belongs to the article."""
        if node.tag in _SKIPPED or node.is_comment_node:
            return True
        return bool(self.words.skipped_classes & _names(node))

    def _enter(self, node: LexborNode) -> None:
        tag = node.tag or ""
        if tag in _BLOCKS:
            self._close()
        if tag == "br":
            self.parts.append("\n")
        elif tag == "img":
            self._picture(node)
        self._count(node, tag, 1)

    def _leave(self, node: LexborNode) -> None:
        tag = node.tag or ""
        if tag in _BLOCKS:
            self._close()
        self._count(node, tag, -1)
        if not self.hidden and not self.marking:
            self._end_spoiler()

    def _count(self, node: LexborNode, tag: str, step: int) -> None:
        self.level = _HEADINGS.get(tag, 0) if step > 0 and tag in _HEADINGS else (0 if tag in _HEADINGS else self.level)
        self.bold += step * (tag in _BOLD)
        self.link += step * (tag == "a")
        names = _names(node)
        self.caption += step * (tag == "figcaption" or bool(names & self.words.caption_classes))
        self.hidden += step * (tag in {"details", "spoiler"} or bool(names & self.words.spoiler_classes))

    def _text(self, text: str) -> None:
        text = _INVISIBLE.sub("", text).replace("\n", " ")
        if not any(mark in text for mark in ("[", ">!", "!<")):
            self._plain(text)
            return
        at = 0
        for mark in _MARK.finditer(text):
            self._plain(text[at : mark.start()])
            self._mark(opening=bool(mark[1]))
            at = mark.end()
        self._plain(text[at:])

    def _mark(self, *, opening: bool) -> None:
        self.marking = opening
        if not opening and not self.hidden:
            self._end_spoiler()

    def _plain(self, text: str) -> None:
        text = _SHORTCODE.sub("", text) if "[" in text else text
        if not text:
            return
        self.parts.append(text)
        self.linked += len(text.strip()) if self.link else 0
        if self.hidden or self.marking:
            self.spoiler.append(text)
        if not self.bold and text.strip():
            self.leading = False
        elif self.leading:
            self.lead.append(text)

    def _close(self) -> None:
        """End the block that is being gathered."""
        raw = _SPACES.sub(" ", "".join(self.parts))
        lead, linked = _SPACES.sub(" ", "".join(self.lead)).strip(), self.linked
        self.parts, self.lead, self.linked, self.leading = [], [], 0, True
        if self.spoiler:
            self.spoiler.append(" ")
        if not (letters := len(raw.strip())):
            return
        if self.caption:
            self._caption(raw)
            return
        for at, text in enumerate(paragraphs(raw)[: _MOST_BLOCKS - len(self.page.blocks)]):
            self.page.blocks.append(Block(text, self.level, "" if at else lead, min(1.0, linked / letters)))

    def _caption(self, text: str) -> None:
        text = " ".join(text.split())[:_LONGEST_CAPTION]
        if self.page.pictures and self.page.pictures[-1].caption is None:
            self.page.pictures[-1] = Picture(self.page.pictures[-1].url, Spoiler(text))

    def _picture(self, node: LexborNode) -> None:
        url = _source(node, self.base)
        known = {picture.url for picture in self.page.pictures}
        if url and url not in known and len(known) < _MOST_PICTURES:
            self.page.pictures.append(Picture(url))

    def _end_spoiler(self) -> None:
        if text := " ".join("".join(self.spoiler).split()):
            self.page.marked.append(Spoiler(text))
        self.spoiler = []


def _walk(root: LexborNode, reader: _Reader) -> Iterator[tuple[LexborNode, bool]]:
    """Every node below `root` in order, elements once on the way in and once on the way out."""
    waiting = [(root, False)]
    for _ in range(_MOST_NODES):
        if not waiting:
            return
        node, leaving = waiting.pop()
        if not leaving and not node.is_text_node:
            if reader.skips(node):
                continue
            waiting.append((node, True))
            waiting.extend((child, False) for child in reversed(list(node.iter(include_text=True))))
        yield node, leaving


def _names(node: LexborNode) -> set[str]:
    """The words in the class and the id of an element."""
    attributes = node.attributes
    if not attributes:
        return set()
    text = f"{attributes.get('class') or ''} {attributes.get('id') or ''}".casefold()
    names = set(text.split())
    return names.union(*(re.split(r"[-_]+", name) for name in names)) if names else names


def further_pictures(urls: Iterable[str], known: Iterable[Picture]) -> tuple[Picture, ...]:
    """The pictures at `urls` that are not among the `known` ones in another size."""
    seen = {_SIZE.sub("", picture.url) for picture in known}
    found = []
    for url in filter(None, (_web_address(url, "") for url in urls)):
        if _SIZE.sub("", url) not in seen:
            seen.add(_SIZE.sub("", url))
            found.append(Picture(url))
    return tuple(found)


def _source(node: LexborNode, base: str) -> str | None:
    """The address of a picture, unless it is a pixel, a smiley or somebody's face."""
    attributes = node.attributes
    if any(_tiny(attributes.get(side)) for side in ("width", "height")) or _names(node) & {"emoji", "smiley", "avatar"}:
        return None
    first = (attributes.get("srcset") or attributes.get("data-srcset") or "").strip().split(" ")[0]
    # A page that loads its pictures late shows an empty one until then.
    sources = [attributes.get(name) for name in ("data-src", "data-lazy-src", "data-original", "src")]
    return next((url for source in (*sources, first) if source and (url := _web_address(source, base))), None)


def _web_address(source: str, base: str) -> str | None:
    """The http or https address that `source` means on the page `base`."""
    try:
        url = urljoin(base or "https:", source.strip().replace(" ", "%20"))
    except ValueError:
        return None
    return url if len(url) <= _LONGEST_URL and _URL.fullmatch(url) and not _FACE.search(url) else None


def _tiny(side: str | None) -> bool:
    digits = re.match(r"\s*(\d{1,6})", side or "")
    return digits is not None and int(digits[1]) < _SMALLEST_PICTURE


def paragraphs(raw: str) -> list[str]:
    """The paragraphs of a block whose lines end where they end on screen.

    An empty line parts paragraphs. A line that stops in the middle of a sentence goes on in the next one, and lines of
    a dialogue stay apart.
    """
    if "\n" not in raw:
        return [_running([raw])]
    return [text for piece in _EMPTY_LINE.split(raw) if (text := _running(piece.split("\n")))]


def _running(lines: list[str]) -> str:
    """Lines as one paragraph."""
    parts: list[str] = []
    for line in map(str.strip, lines):
        if line:
            parts += [_between(parts[-1], line) if parts else "", _TRUNCATED.sub("…", line)]
    return "".join(parts)


def _between(before: str, line: str) -> str:
    """What belongs between two lines of a paragraph."""
    if _FINISHED.search(before[-1]) or _DIALOGUE.match(line):
        return "\n"
    return "" if _WIDE_END.search(before[-1]) else " "
