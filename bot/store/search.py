"""The full text of recaps: what is filed under which words, in any script, and how a query is put to the index.

The index is a virtual table, made by a migration, as `schema.py` cannot describe one. A document's rowid is the date of
its recap in seconds, then the recap's id, so that the index itself yields the newest first, however many match.
Triggers take a document away when its recap goes or changes; the aggregate files the new one.
"""

import re
from collections.abc import Collection, Iterable
from typing import Any, Final
from unicodedata import category, normalize

from sqlalchemy import Select, bindparam, column, func, literal_column, select, table, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.recaps.model import EpisodeRef, RecapId
from bot.store.among import among
from bot.store.schema import AnyRow, feeds, recaps, show_aliases, shows

INDEX: Final = "recap_search"
#: No place in the index is beyond this.
END: Final = 2**63 - 1
MOST_WORDS: Final = 12

_index = table(INDEX, column("rowid"), column("words"))
#: The lower bits of a rowid are the recap's id.
_ID_BITS: Final = 31
_PLACE: Final = f"(CAST(strftime('%s', recaps.dated_at) AS INTEGER) << {_ID_BITS} | recaps.id)"
_FILE: Final = text(f"INSERT INTO {INDEX} (rowid, words) SELECT {_PLACE}, :words FROM recaps WHERE id = :recap")  # noqa: S608  our own constants

#: Scripts that put no spaces between words (and Hangul, which glues endings to them): every letter is filed as a word,
#: and a query looks for the letters side by side.
_UNSPACED: Final = re.compile(
    "([\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff"
    "\U00020000-\U0003ffff])"
)
#: Accents that people leave out and that the index itself keeps: Greek ones, and the dots of ё.
_UNACCENTED: Final = {
    code: normalize("NFD", chr(code))[0] for code in (*range(0x386, 0x3CF), 0x401, 0x451, *range(0x1F00, 0x2000))
}


def is_described(name: str | None, kind: str, _parents: Any) -> bool:
    """Whether `schema.py` describes a table of the database; what belongs to the index, it cannot."""
    return kind != "table" or not (name or "").startswith(INDEX)


def query_words(typed: str) -> tuple[str, ...]:
    """The words that somebody looks for; none where nothing of it could be found."""
    words = (word for word in _without_marks(typed).split() if any(map(str.isalnum, normalize("NFKC", word))))
    return tuple(dict.fromkeys(words))[:MOST_WORDS]


def match_expression(words: Iterable[str]) -> str:
    """The words as the index is asked for them: all of them, each in quotes, where no operator works.

    Longer words may go on, so that *keeper* finds *keepers*.
    """
    return " AND ".join(f'"{_without_marks(_spaced(word))}"{"*" if len(word) > 2 else ""}' for word in words)


def found(words: Iterable[str], before: int) -> Select[Any]:
    """The recaps that hold all of the words, each with its `place`, which lies below `before`."""
    matches = literal_column(INDEX).op("MATCH")(bindparam("expression", match_expression(words)))
    recap = _index.c.rowid.op("&")(2**_ID_BITS - 1)
    return select(_index.c.rowid.label("place"), recap.label("recap")).where(matches, _index.c.rowid < before)


async def file(connection: AsyncConnection, filed: Collection[RecapId]) -> None:
    """File recaps under their words. They must not be filed yet."""
    aliases = select(func.group_concat(show_aliases.c.name, " ")).where(
        show_aliases.c.show_id == recaps.c.show_id, show_aliases.c.feed_id == recaps.c.feed_id
    )
    rows = await connection.execute(
        select(recaps, shows.c.title, feeds.c.name, aliases.scalar_subquery().label("aliases"))
        .join(feeds, feeds.c.id == recaps.c.feed_id)
        .outerjoin(shows, shows.c.id == recaps.c.show_id)
        .where(among(recaps.c.id, filed))
    )
    await connection.execute(_FILE, [{"words": document(row), "recap": row.id} for row in rows])


def document(row: AnyRow) -> str:
    """All that a recap can be found by: its show, episode, people, site and story."""
    ref = EpisodeRef(season=row.season, first=row.first, last=row.last)
    stated = row.facts
    people = (row.author, *stated.get("cast", ()), *stated.get("makers", ()))
    parts = (row.title, row.aliases, stated.get("native_title"), str(ref), *people, row.name, row.summary_full)
    return _spaced("\n".join(part for part in parts if part))


def _spaced(words: str) -> str:
    return _UNSPACED.sub(r" \1 ", normalize("NFKC", words).translate(_UNACCENTED))


def _without_marks(words: str) -> str:
    """Without what would end a quoted word, or cannot be stored."""
    return "".join(" " if letter == '"' or category(letter)[0] in "CZ" else letter for letter in words)
