"""Bytes to text, in the encodings that the web knows and no others.

What a document says about its encoding is often wrong, and Python obeys names that are no encodings at all ("idna",
"unicode_escape", "undefined"). So only the names of the WHATWG Encoding Standard count, and UTF-8 is believed first:
text in another encoding is next to never valid UTF-8 by accident.
"""

import codecs
import re
from typing import Final

#: Python's name of what a label means -> the codec that the standard decodes it with.
_CODECS: Final[dict[str, str]] = {
    "utf-8": "utf-8",
    "utf-16": "utf-16-le",
    "utf-16-le": "utf-16-le",
    "utf-16-be": "utf-16-be",
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "euc_kr": "cp949",
    "johab": "cp949",
    "shift_jis": "cp932",
    **{name: name for name in ("big5hkscs", "cp866", "cp874", "cp932", "cp949", "euc_jp", "gb18030", "iso2022_jp")},
    **{name: name for name in ("koi8-r", "koi8-u", "mac-roman", "mac-cyrillic")},
    **{f"cp{number}": f"cp{number}" for number in range(1250, 1259)},
    **{f"iso8859-{part}": f"iso8859-{part}" for part in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)},
}
_BOMS: Final = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_UTF16_MARKUP: Final = ((b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))
#: Bytes of these look like ASCII and would pass for UTF-8.
_SEVEN_BIT: Final = {"iso2022_jp"}

_IN_HEADER: Final = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
#: `<?xml … encoding="x"?>`, `<meta charset=x>` and `<meta http-equiv … content="text/html; charset=x">`.
_IN_DOCUMENT: Final = re.compile(rb"(?:encoding|charset)\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)


def text_of(body: bytes, content_type: str | None) -> str:
    """The text of a feed or page. Bytes that mean nothing become U+FFFD."""
    for mark, codec in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(codec, "replace")
    for beginning, codec in _UTF16_MARKUP:
        if body.startswith(beginning):
            return body.decode(codec, "replace")
    declared = _declared(body, content_type)
    for codec in (*(name for name in declared if name in _SEVEN_BIT), "utf-8", *declared):
        try:
            return body.decode(codec)
        except UnicodeDecodeError:
            continue
    return _salvaged(body, declared)


def _declared(body: bytes, content_type: str | None) -> list[str]:
    labels = _IN_HEADER.findall(content_type or "")[:1]
    labels += [label.decode("ascii", "replace") for label in _IN_DOCUMENT.findall(body[:2048])[:1]]
    return [codec for label in labels if (codec := _codec(label))]


def _codec(label: str) -> str | None:
    try:
        return _CODECS.get(codecs.lookup(label).name)
    except (LookupError, ValueError):
        return None


def _salvaged(body: bytes, declared: list[str]) -> str:
    """Text with some broken bytes: UTF-8 if most of what is not ASCII is UTF-8, else what was declared."""
    text = body.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    sound = len(text) - len(text.encode("ascii", "ignore")) - broken
    if sound >= broken:
        return text
    fallback = next((codec for codec in declared if codec != "utf-8"), "cp1252")
    return body.decode(fallback, "replace")
