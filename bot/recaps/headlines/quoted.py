"""Names in quotation marks, or beside them."""

import re
from dataclasses import dataclass
from typing import Final

from bot.recaps.headlines.forms import Form, Name, is_known
from bot.recaps.headlines.parts import Span
from bot.recaps.headlines.pieces import SIGNS, has_words
from bot.recaps.headlines.unquoted import UnquotedNames, is_clean
from bot.recaps.headlines.words import Mark

QUOTES: Final = "\"“”„‟″'‘’‚‛`´「」『』《》〈〉«»【】<>"

_MORE_BEHIND: Final = re.compile(r"(?P<sign>[:|!?]| - |(?<=q)-).*[wDny]")
_AROUND_QUOTE: Final = re.compile(r"[ fgNny:,\-|()h]*")
_QUOTE_NUMBER: Final = re.compile(r" #?n[ :,\-|fg]*")
_GENRE_BEHIND: Final = re.compile(" ?g")
#: *「SHOW(how it is read)」*
_READING: Final = re.compile(r" ?\([^()\x00-\x7f]+\)$")
#: *'Show 2016'*
_YEAR: Final = re.compile(r" (?:19|20)\d\d$")
_QUOTED_SEASON: Final = re.compile(
    r"[ :,-]*(?:[ST]\.? ?|s\.?)(?P<season>n)(?:[ :,-]+[FMU])?(?:[:,] .*)?$|[ :,-]+[FMU]$"
)
_NETWORK: Final = re.compile(r"(?:[fgw] )?[fgwN] ?&?['’`]w |[wN] ?&? ")
_BREAKS: Final = ":,-|"


@dataclass(frozen=True, slots=True)
class QuotedNames:
    """Finds the name where something stands in quotation marks: that itself, or what it is a title of."""

    outside: UnquotedNames

    def find(self, around: Span, quote: Span) -> Name | None:
        """The name in quotation marks, or the one that has a title in quotation marks beside it."""
        text = self.outside.spelling.cut(*quote).strip(QUOTES + " ,")
        title = (
            self.outside.title_of(text)
            or self.outside.title_of(text := _READING.sub("", text))
            or self.outside.title_of(_YEAR.sub("", text))
        )
        is_genre_behind = _GENRE_BEHIND.match(self.outside.spelling.shape, quote[1])
        beside = None if is_genre_behind else self.behind_quote(around, quote)
        beside = beside or self.before_quote(around, quote)
        if not title and not is_genre_behind:
            return beside or self.in_quote(around, quote, text, known=False)
        if beside and beside.known:
            return beside
        name = self.in_quote(around, quote, title or text, known=title is not None)
        # *Show “Known Name”* may be a show that nobody knows with a title.
        return name._replace(form=Form.PREFIX) if beside and beside.clean else name

    def behind_quote(self, around: Span, quote: Span) -> Name | None:
        """The name behind a title: *“Title” - Show* `S2E5`."""
        if self.outside.pieces.kind_first or not has_words(self.outside.spelling, (quote[1], around[1])):
            return None
        more = _MORE_BEHIND.search(self.outside.spelling.shape, quote[1], around[1])
        name = self.outside.find((quote[1], around[1]))
        if name is None or not (is_known(name) or (more and (more["sign"] != ":" or name.clean))):
            return None
        return name._replace(before=(around[0], quote[1]))

    def before_quote(self, around: Span, quote: Span) -> Name | None:
        """The name before a title: *Show: “Title”*, or *Known Show “Title”*."""
        span = around[0], quote[0]
        if not has_words(self.outside.spelling, span):
            return None
        before = self.outside.spelling.shape[slice(*span)].rstrip()
        name = self.outside.find(span)
        if name is None or not (name.known or before.endswith(tuple(_BREAKS)) or self.is_owned(name, span, quote)):
            return None
        return name._replace(title=quote)

    def is_owned(self, name: Name, before: Span, quote: Span) -> bool:
        """Whether what is in quotation marks is a title of what stands right before it: *Show “Title”* `Recap`."""
        shape = self.outside.spelling.shape
        owner = self.outside.pieces.trimmed(before, SIGNS)
        return name.clean and shape[: quote[0]].endswith("w ") and self.outside.pieces.owner(owner) == owner

    def in_quote(self, around: Span, quote: Span, text: str, *, known: bool) -> Name:
        """The name in quotation marks, with a number behind or inside them."""
        shape = self.outside.spelling.shape
        before, after = shape[around[0] : quote[0]], shape[quote[1] : around[1]]
        opened = bool(_AROUND_QUOTE.fullmatch(before) or _NETWORK.fullmatch(before))
        tight = bool(_AROUND_QUOTE.fullmatch(after))
        number = _QUOTE_NUMBER.fullmatch(after)
        alone = Form.QUOTED if is_clean(text, self.outside.words) and not _YEAR.search(text) else Form.CITED
        name = Name(
            text,
            form=Form.KNOWN if known else alone if tight and opened else Form.LOOSE,
            tight=tight,
            season=self.outside.spelling.value(quote[1] + after.index("n")) if number else None,
            before=(0, 0) if opened else (around[0], quote[0]),
        )
        if known:
            return name
        front, _, title = text.partition(": ")
        if (
            title
            and self.outside.form is not Form.NUMBERED
            and not self.outside.is_told
            and (show := self.outside.title_of(front))
        ):
            # Nothing else tells which episode it is: *'Known Show: Title'* `Review`.
            return name._replace(text=show, form=Form.PREFIX, title=quote)
        return self.with_quoted_season(name, quote)

    def with_quoted_season(self, name: Name, quote: Span) -> Name:
        """The name without a season or finale inside its quotation marks: *'Show Season 2' Episode 5*."""
        start, end = quote[0] + 1, quote[1] - 1
        marks = "".join(token.mark for token in self.outside.spelling.tokens[start:end])
        season = _QUOTED_SEASON.search(marks)
        if season is None or not season.start():
            return name
        if marks.endswith(Mark.REUNION) and self.outside.numbered:
            return name  # *'Show: Some Reunion'* `Season 1`
        text = self.outside.spelling.cut(start, start + season.start())
        number = season.start("season")
        return name._replace(text=text, season=None if number < 0 else self.outside.spelling.value(start + number))
