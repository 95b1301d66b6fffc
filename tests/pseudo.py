"""Languages made from the template, for tests: in one of them every word of ours stands in brackets."""

import re
from collections.abc import Callable
from io import BytesIO
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from bot.languages import ALWAYS_FITS, LOCALE, MOST_TIMES_LONGER, read_language
from bot.texts import Language

TEMPLATE: Final = LOCALE / "previously.pot"


def bracketed(message: str) -> str:
    """The message in brackets, its placeholders outside of them: what a value says is not ours."""
    inside = re.sub(r"(\{\w+\})", r"⟧\1⟦", message)
    return f"⟦{inside}⟧".replace("⟦⟧", "")


def wordy(message: str) -> str:
    """The message, as long as a translation may be, in characters that take four bytes."""
    return message + "𠀋" * ((MOST_TIMES_LONGER - 1) * len(message) + ALWAYS_FITS)


def language(translate: Callable[[str], str]) -> Language:
    """A language in which every message is translated so, read as any other is."""
    with TEMPLATE.open("rb") as template:
        catalogue = read_po(template, locale="de")
    return read_language(written(catalogue, translate), "de")


def written(catalogue: Catalog, translate: Callable[[str], str]) -> bytes:
    catalogue.fuzzy = False
    for message in catalogue:
        if isinstance(message.id, str):
            message.string = translate(message.id) if message.id else message.string
        else:
            message.string = tuple(map(translate, message.id))
    po = BytesIO()
    write_po(po, catalogue)
    return po.getvalue()
