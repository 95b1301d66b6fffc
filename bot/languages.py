"""The languages that ship with the bot: `data/locale/<language>.po`, as any translator's tool writes them."""

import logging
import re
from collections.abc import Iterable
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

from bot.shipped import DATA
from bot.texts import Language, Languages

log = logging.getLogger(__name__)

LOCALE: Final = DATA / "locale"
#: A translation may be so many times as long as the English text, and always a little longer.
MOST_TIMES_LONGER: Final = 2
ALWAYS_FITS: Final = 40
COUNTED: Final = range(1000)


def shipped_languages(folder: Path = LOCALE) -> Languages:
    """Every language of the folder. What is wrong with one is logged, and said in English."""
    known: dict[str, Language] = {}
    for path in sorted(folder.glob("*.po")):
        try:
            known[path.stem] = read_language(path.read_bytes(), path.stem)
        except (PoFileError, ValueError, LookupError, ArithmeticError) as error:
            log.warning("%s cannot be read, so English is spoken: %s", path.name, error)
    return Languages(known)


def read_language(po: bytes, locale: str) -> Language:
    """The language of a .po file, without the translations that cannot be used.

    Raises:
        PoFileError, ValueError, LookupError, ArithmeticError: it is no such file, or cannot count.

    """
    catalogue = read_po(BytesIO(po), locale=locale, abort_invalid=True)
    for message in [message for message in catalogue if message.id and not _is_sound(message)]:
        log.warning("%s: English is spoken where placeholders differ or too much is said: %s", locale, message.id)
        message.string = ""
    return _compiled(catalogue)


def _compiled(catalogue: Catalog) -> Language:
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    language = GNUTranslations(compiled)
    one, many = "1", "2"
    for number in COUNTED:
        # The rule for its plurals is an expression of the file's own; where it divides by nothing, that shows here.
        language.ngettext(one, many, number)
    return language


def _is_sound(message: Message) -> bool:
    """Whether each translation has the placeholders of its message; a plural form may leave out the number.

    One that is out of all proportion would leave no room for what else stands in the same place.
    """
    english = _texts(message.id)
    needed = set.intersection(*map(_placeholders, english))
    known = set.union(*map(_placeholders, english))
    longest = MOST_TIMES_LONGER * max(map(len, english)) + ALWAYS_FITS
    translated = [text for text in _texts(message.string) if text]
    return all(needed <= _placeholders(text) <= known and len(text) <= longest for text in translated)


def _texts(of: str | Iterable[str] | None) -> list[str]:
    return [of] if isinstance(of, str) else list(of or ())


def _placeholders(text: str) -> set[str]:
    return set(re.findall(r"\{[^{}]*\}", text))
