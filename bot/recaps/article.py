"""The HTML of a recap, taken apart: story, extras, thoughts, verdict, facts and pictures."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from bot.recaps.article_blocks import Block, Page, further_pictures, read_blocks
from bot.recaps.article_facts import is_labelled, only_states_facts, opening_ref, read_facts, series_ref, show_named
from bot.recaps.article_words import ArticleWords, Section, label, straight
from bot.recaps.model import NO_EPISODE, Article, EpisodeRef, Spoiler
from bot.recaps.sentences import joined_lines, joined_sentences, sentences

__all__ = ["ArticleWords", "read_article", "read_page"]

#: A line longer than this is no warning, label or request, whatever it begins with.
_LONGEST_LINE: Final = 280
#: More sentences than this are nobody's article.
_MOST_SENTENCES: Final = 2_000
_LONGEST_HEADING: Final = 80
_LONGEST_VERDICT: Final = 300
#: A longer line that holds a rating says more than that.
_LONGEST_RATING: Final = 40
#: A block that is mostly link leads elsewhere.
_MOSTLY_LINK: Final = 0.8
_SOME_LINK: Final = 0.3
#: At most this many sentences at either end of the story may be facts and nothing else.
_FACTS_AT_AN_END: Final = 5

#: More lines than this are no head, and no foot, of an article.
_LONGEST_HEAD: Final = 4
_LONGEST_FOOT: Final = 8
#: What stands before the recap itself is shorter than so much of it.
_LONGEST_INTRODUCTION: Final = 0.6
_FINISHED: Final = re.compile(r"[.!?…。！？][\"'”’»)）」』】\]]*$")
_HANGING: Final = re.compile(r"[、，,]$")
#: "Home > Days of our Lives", "2024.08.26 - [Drama] - another article".
_TRAIL: Final = re.compile(r"[^>›»\n]{1,40}(?:\s[>›»]\s[^>›»\n]{1,60})+|\d{4}[.\-/]\d\d?[.\-/]\d\d?\.?\s[-–|]\s.*")
#: A line that ends with a bracket, and what is in it; captions end with their source.
_BRACKETED: Final = re.compile(r".*[(（\[【<＜]([^()（）\[\]【】<>＜＞]{2,60})[)）\]】>＞]", re.DOTALL)
_COUNTED: Final = re.compile(r"\s*[(（\[]?\d{1,5}[)）\]]?$")
_LEAD: Final = re.compile(r"\s*([^\n:：–—|]{2,60}?)\s*[:：–—|]\s*(\S.*)", re.DOTALL)
_BEGINNING: Final = re.compile(r"^[\W_]+")
_RATING: Final = re.compile(
    r"\s*(?:is|of|ist|es|est|é)?\s*[:：=–—-]?\s*"
    r"(\d{1,2}(?:[.,]\d{1,2})?\s?/\s?(?:5|10|20|100)(?!\d)"
    r"|\d(?:[.,]\d)?\s(?:out of|von|de|sur)\s(?:5|10)(?!\d)|[A-DF][+−-]?(?=\s*(?:[.,;)|/]|$))|[★☆⭐½]{1,11})"
    r"|\s*\((\d(?:[.,]\d{1,2})?)\)"
)
_STARS: Final = re.compile(
    r"[★⭐][★☆⭐½]{2,10}|(?<![\d/])(?:\d(?:[.,]\d)?)\s?/\s?(?:5|10)\s(?:stars|Sterne|estrellas|étoiles|estrelas)"
)
#: "A tense hour. 4/5"
_LAST: Final = re.compile(r"(?:^|[.!…。]\s)(\d(?:[.,]\d)?\s?/\s?(?:5|10))[.!]?$")
_WIDE: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
#: Bylines and calls to action have addresses, plots do not.
_ADDRESS: Final = re.compile(r"\w@[\w-]{1,60}\.\w|https?://|(?<!\w)www\.\w")
_WORD: Final = re.compile(r"\w+(?:['’\-]\w+)*")
#: Characters of scripts without spaces that take as long to read as one word.
_WIDE_A_WORD: Final = 2


def read_article(
    html: str,
    words: ArticleWords,
    *,
    language: str | None = None,  # noqa: ARG001  the vocabularies of all languages are read at once
    excerpt: str = "",
    base: str = "",
    pictures: Sequence[str] = (),
) -> Article:
    """Take an article apart.

    Args:
        html: the article.
        words: the vocabulary.
        language: what the feed says its language is.
        excerpt: what the feed says about it beside its content.
        base: where relative addresses in it start from.
        pictures: the addresses of pictures that the feed lists beside it.

    """
    sorter = _Sorter(words)
    page = read_blocks(html, words, base=base)
    page.pictures.extend(further_pictures(pictures, page.pictures))
    for block in page.blocks:
        sorter.block(block)
    beside = _Sorter(words)
    for block in read_blocks(excerpt, words).blocks if excerpt else ():
        beside.block(block)
    return _article(sorter, page, beside)


def read_page(
    html: str, words: ArticleWords, *, language: str | None = None, base: str = "", pictures: Sequence[str] = ()
) -> Article:
    """Take a whole web page apart: first its main text, then that as an article."""
    from bot.recaps.article_page import main_text  # noqa: PLC0415  trafilatura takes a third of a second to import

    article = read_article(main_text(html), words, language=language, base=base, pictures=pictures)
    # Only the page itself says what its writer has hidden: the main text comes without classes.
    told = _squeezed(" ".join(part.text for part in (*article.story, *article.extras, *article.thoughts)))
    marked = (spoiler for spoiler in read_blocks(html, words).marked if _squeezed(spoiler.text) in told)
    return replace(article, marked=tuple(dict.fromkeys((*article.marked, *marked))))


def _article(sorter: "_Sorter", page: Page, beside: "_Sorter") -> Article:
    words = sorter.words
    opening = sorter.opening
    named = show_named(opening[0], words.facts) if opening else None
    introduction, story = sorter.introduction()
    everything = [*sorter.story, *sorter.extras, *sorter.thoughts]
    ending = [sentence for paragraph in everything[-6:] for sentence in paragraph]
    return Article(
        story=_hidden(_without_head(_without_foot(_without_facts(story, words)))),
        extras=_hidden(sorter.extras),
        thoughts=_hidden(_without_foot(_without_facts([*introduction, *sorter.thoughts], words))),
        verdict=_verdict(sorter, beside),
        rating=sorter.rating or beside.rating,
        facts=read_facts(opening, ending, sorter.facts, words.facts),
        pictures=tuple(page.pictures),
        opening_ref=opening_ref(opening, words.facts),
        series_ref=sorter.series_ref,
        show=named[0] if named else None,
        marked=tuple(page.marked),
        words=sum(count_words(" ".join(paragraph)) for paragraph in everything),
    )


@dataclass(slots=True)
class _Sorter:
    """Puts block after block where it belongs. Paragraphs are kept as their sentences."""

    words: ArticleWords
    section: Section = Section.STORY
    level: int = 0
    #: Whether the names of other articles are being passed.
    passing: bool = False
    #: Where in the story its first own heading ("Recap") stands, if it has one.
    begins: int | None = None
    #: The headings so far, squeezed: some pages repeat them as text.
    headings: set[str] = field(default_factory=set)
    story: list[tuple[str, ...]] = field(default_factory=list)
    extras: list[tuple[str, ...]] = field(default_factory=list)
    thoughts: list[tuple[str, ...]] = field(default_factory=list)
    #: Labelled lines.
    facts: list[str] = field(default_factory=list)
    #: The first sentences of the article, warnings included: they often name the episode.
    opening: list[str] = field(default_factory=list)
    verdict: str = ""
    #: How many more sentences are read.
    room: int = _MOST_SENTENCES
    rating: str | None = None
    series_ref: EpisodeRef = NO_EPISODE

    def block(self, block: Block) -> None:
        if self.section is Section.END:
            return
        if block.level or self._is_heading(block):
            self._heading(block)
        elif not self._is_elsewhere(block):
            self.passing = False
            self._paragraph(block)

    def introduction(self) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]]:
        """What stands before the heading of the recap, and the story; before a short story it is a part of it."""
        before, after = self.story[: self.begins or 0], self.story[self.begins or 0 :]
        if _length(before) > _LONGEST_INTRODUCTION * _length(after):
            return [], self.story
        return [paragraph for paragraph in before if not _is_bare_line(paragraph)], after

    def _is_heading(self, block: Block) -> bool:
        """Whether a paragraph stands where a heading should: all in bold, or nothing but a known heading."""
        if len(block.text) > _LONGEST_HEADING:
            return False
        if label(block.lead) == label(block.text):
            return bool(self.words.section(block.text)) or not _FINISHED.search(block.text)
        return label(_COUNTED.sub("", block.text)) in self.words.headings

    def _heading(self, block: Block) -> None:
        is_title = block.level == 1 and not self.opening
        section = None if is_title else self.words.section(_COUNTED.sub("", block.text))
        level = block.level or 6
        elsewhere = block.linked > _MOSTLY_LINK and section is None
        if elsewhere or (section is not Section.END and self.words.also_read.match(_bare(block.text))):
            self.passing = True
        elif section is Section.END:
            self.section = section if self.story else self.section
        elif section is not None:
            self._enter(section, level)
        elif self.section is Section.FACTS or (block.level and level <= self.level):
            self._enter(Section.STORY, level)
        if not block.level:
            self._open(block.text)
        self.headings.add(_squeezed(block.text))
        self._rate(block.text)

    def _enter(self, section: Section, level: int) -> None:
        if section is Section.STORY and self.begins is None and self.section is Section.STORY:
            self.begins = len(self.story)
        self.section, self.level, self.passing = section, level, False

    def _is_elsewhere(self, block: Block) -> bool:
        """Whether a block leads to other articles, or is the end of the feed's own."""
        if block.linked > _MOSTLY_LINK or _TRAIL.fullmatch(block.text):
            return True
        if self.passing and len(block.text) <= _LONGEST_LINE and not _FINISHED.search(block.text):
            return True
        cue = self.words.also_read.match(_bare(block.text))
        if not cue:
            return False
        rest = _bare(block.text)[cue.end() :].strip()
        found = not rest or cue[0].rstrip()[-1] in ":：" or rest[0] in ":：-–—|→»>(" or block.linked > _SOME_LINK
        self.passing = found and not rest.strip(" :：-–—|→»>")
        return found

    def _paragraph(self, block: Block) -> None:
        if len(block.text) <= _LONGEST_LINE and _squeezed(block.text) in self.headings:
            self._open(block.text)
            return
        for line in (
            block.text.split("\n") if is_labelled(block.text.split("\n")[0], self.words.facts) else [block.text]
        ):
            self._lines(Block(line, 0, block.lead, block.linked))

    def _lines(self, block: Block) -> None:
        text = block.text
        if len(text) <= _LONGEST_LINE and self._is_credit(text):
            return
        if (part := series_ref(text, self.words.facts)) != NO_EPISODE and len(text) <= _LONGEST_LINE:
            self.series_ref = part
        elif self._rate(text) and len(text) <= _LONGEST_RATING:
            return
        elif is_labelled(text, self.words.facts):
            self.facts.append(text)
        else:
            self._prose(block)

    def _is_credit(self, text: str) -> bool:
        """Whether a line is the caption of a picture, or says whose it is."""
        if text[:1] in "©ⓒ" or self.words.credits.match(_bare(text)):
            return True
        source = _BRACKETED.fullmatch(text)
        return source is not None and bool(self.words.credits.match(source[1]) or self.words.sources.search(source[1]))

    def _prose(self, block: Block) -> None:
        section, text, spoken = self._led(block)
        kept = self._kept(text)
        if spoken in self.words.verdicts and len(text) <= _LONGEST_VERDICT and kept and not self.verdict:
            self.verdict = " ".join(kept)
        elif kept:
            places = {Section.STORY: self.story, Section.EXTRAS: self.extras, Section.THOUGHTS: self.thoughts}
            if section in places:
                _add(places[section], kept)

    def _led(self, block: Block) -> tuple[Section, str, str]:
        """The section of a paragraph, its text and what it is led by ("Bonus scene: …")."""
        found = _LEAD.fullmatch(block.text)
        if not found:
            return self.section, block.text, ""
        lead = label(found[1])
        section = self.words.section(lead) if label(block.lead) == lead else self.words.headings.get(lead)
        if section is None or section in {Section.END, Section.FACTS}:
            return self.section, block.text, ""
        return section, found[2], lead

    def _kept(self, text: str) -> tuple[str, ...]:
        """The sentences of `text` that belong to the article."""
        if footer := self.words.footers.search(text):
            text = text[: 1 + max(text.rfind(mark, 0, footer.start()) for mark in "\n.!?…。")]
        kept: list[str] = []
        for sentence in sentences(text, self.words.abbreviations)[: self.room]:
            self.room -= 1
            self._open(sentence)
            if self._is_also_read(sentence):
                break
            if not self._is_request(sentence):
                kept.append(sentence)
        return tuple(kept)

    def _open(self, sentence: str) -> None:
        if len(self.opening) < _FACTS_AT_AN_END:
            self.opening.append(sentence)

    def _is_also_read(self, sentence: str) -> bool:
        cue = self.words.also_read.match(_bare(sentence))
        return cue is not None and _bare(sentence)[cue.end() :].lstrip()[:1] in {":", "："}

    def _is_request(self, sentence: str) -> bool:
        """Whether a sentence warns, asks to share or thanks for reading instead of telling anything."""
        if len(sentence) > _LONGEST_LINE or not _WORD.search(sentence):
            return not _WORD.search(sentence)
        if _ADDRESS.search(sentence):
            return True
        plain = straight(sentence)
        return bool(self.words.warnings.search(plain) or self.words.follow.match(_bare(plain)))

    def _rate(self, text: str) -> bool:
        rating = read_rating(text, self.words) if len(text) <= _LONGEST_LINE else None
        self.rating = self.rating or rating
        return rating is not None


def read_rating(text: str, words: ArticleWords) -> str | None:
    """The rating in a short line such as "Rating: 4.5/5", as it is written."""
    for lead in words.ratings.finditer(text):
        if found := _RATING.match(text, lead.end()):
            return (found[1] or found[2]).strip()
    if found := _STARS.search(text):
        return found[0]
    found = _LAST.search(text)
    return found[1] if found else None


def count_words(text: str) -> int:
    """How many words it takes to read `text`; in scripts without spaces two characters are read like a word."""
    wide = 0 if text.isascii() else len(_WIDE.findall(text))
    return len(_WORD.findall(_WIDE.sub(" ", text) if wide else text)) + -(-wide // _WIDE_A_WORD)


def _bare(text: str) -> str:
    """`text` without the dashes, stars and smileys before its first word; quotes stay, for they open dialogue."""
    found = _BEGINNING.match(text)
    return text[found.end() :] if found and not re.search(r"[\"'“”‘«「『]", found[0]) else text


def _add(paragraphs: list[tuple[str, ...]], kept: tuple[str, ...]) -> None:
    """Add a paragraph. Some writers press the return key behind a comma."""
    if paragraphs and _HANGING.search(before := paragraphs[-1][-1]):
        paragraphs[-1] = (*paragraphs[-1][:-1], joined_lines(before, kept[0]), *kept[1:])
    else:
        paragraphs.append(kept)


def _length(paragraphs: Iterable[tuple[str, ...]]) -> int:
    return sum(len(sentence) for paragraph in paragraphs for sentence in paragraph)


def _without_facts(paragraphs: list[tuple[str, ...]], words: ArticleWords) -> list[tuple[str, ...]]:
    """`paragraphs` without the sentences at either end that only state facts."""
    places = [(at, sentence) for at, paragraph in enumerate(paragraphs) for sentence in paragraph]
    ends = {*range(_FACTS_AT_AN_END), *range(len(places) - _FACTS_AT_AN_END, len(places))}
    kept: list[list[str]] = [[] for _ in paragraphs]
    for number, (at, sentence) in enumerate(places):
        if number not in ends or not only_states_facts(sentence, words.facts):
            kept[at].append(sentence)
    return [tuple(paragraph) for paragraph in kept if paragraph]


def _without_head(paragraphs: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """`paragraphs` without the lines that stand above a text: its date, its writer, its headline again."""
    first = next((at for at, paragraph in enumerate(paragraphs) if not _is_bare_line(paragraph)), 0)
    return paragraphs[first:] if first <= _LONGEST_HEAD and _is_prose(paragraphs) else paragraphs


def _without_foot(paragraphs: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """`paragraphs` without the lines that stand below a text: buttons, its tags, the names of other articles."""
    last = next((at for at, paragraph in enumerate(reversed(paragraphs)) if not _is_bare_line(paragraph)), 0)
    return paragraphs[: len(paragraphs) - last] if last <= _LONGEST_FOOT and _is_prose(paragraphs) else paragraphs


def _is_bare_line(paragraph: tuple[str, ...]) -> bool:
    """Whether a paragraph is a short line that ends without a mark, or hardly more than a date."""
    text = " ".join(paragraph)
    if len(text) + len(_WIDE.findall(text)) > _LONGEST_HEADING:
        return False
    return 3 * sum(map(str.isdigit, text)) >= len(text) or (len(paragraph) == 1 and not _FINISHED.search(text))


def _is_prose(paragraphs: list[tuple[str, ...]]) -> bool:
    """Whether the paragraphs between the head and the foot mostly end as sentences do."""
    finished = [bool(_FINISHED.search(paragraph[-1])) for paragraph in paragraphs]
    if True not in finished:
        return False
    inner = finished[finished.index(True) : len(finished) - finished[::-1].index(True)]
    return 2 * sum(inner) > len(inner) and (len(inner) > 1 or _length(paragraphs) > _LONGEST_LINE)


def _hidden(paragraphs: Iterable[tuple[str, ...]]) -> tuple[Spoiler, ...]:
    return tuple(Spoiler(joined_sentences(paragraph)) for paragraph in paragraphs)


def _verdict(sorter: _Sorter, beside: _Sorter) -> Spoiler | None:
    """What the article calls its verdict; else what stands beside it, unless that only repeats how it begins."""
    if sorter.verdict:
        return Spoiler(sorter.verdict)
    text = _squeezed(" ".join(sentence for paragraph in (*sorter.story, *sorter.thoughts) for sentence in paragraph))
    said = [sentence for paragraph in (*beside.story, *beside.thoughts) for sentence in paragraph]
    excerpt = joined_sentences(said)
    if not excerpt or not text or len(excerpt) > _LONGEST_VERDICT or excerpt.endswith(("…", "...")):
        return Spoiler(beside.verdict) if beside.verdict else None
    return None if any(_squeezed(sentence)[:60] in text for sentence in said) else Spoiler(excerpt)


def _squeezed(text: str) -> str:
    return re.sub(r"\W+", "", text.casefold())
