"""What workers do with the bodies of entries: take them apart, and make summaries of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from bot.recaps.article import ArticleWords, read_article, read_page
from bot.recaps.model import Article, Summary
from bot.recaps.summary import summarise
from bot.shipped import tables


@dataclass(frozen=True, slots=True)
class Body:
    """The HTML of an entry, or of the whole page it links to."""

    html: str = field(repr=False)
    excerpt: str = field(default="", repr=False)
    language: str | None = None
    is_page: bool = False
    #: Where relative addresses in it start from.
    base: str = ""
    #: The addresses of pictures that the feed lists beside it.
    pictures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Study:
    """A body, understood."""

    article: Article
    summary: Summary


def study(bodies: Sequence[Body]) -> list[Study]:
    """Read each body. It runs in a worker, since the HTML is a stranger's."""
    return [_study(body) for body in bodies]


def _study(body: Body) -> Study:
    words, language, base, pictures = article_words(), body.language, body.base, body.pictures
    if body.is_page:
        article = read_page(body.html, words, language=language, base=base, pictures=pictures)
    else:
        article = read_article(body.html, words, language=language, excerpt=body.excerpt, base=base, pictures=pictures)
    return Study(article, summarise(article, words, language=language))


@cache
def article_words() -> ArticleWords:
    """The shipped vocabulary of articles."""
    return ArticleWords.from_tables(tables("articles.toml"))
