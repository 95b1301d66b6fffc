"""The main text of a whole web page, for feeds that carry only excerpts."""

import re
from typing import Final

from bot.recaps.article_html import cut

#: What a page is made of beside its text; it would otherwise fill the part that is looked at.
_WEIGHT: Final = re.compile(r"<(script|style|svg|head)\b", re.IGNORECASE)
_TEXT: Final = re.compile(r"<(?:article|main)\b", re.IGNORECASE)


def main_text(html: str) -> str:
    """The part of a page that is its article, as HTML; the page itself where that cannot be told."""
    page = cut(_lightened(html))
    return extracted(page) or _from_article(page)


def extracted(page: str) -> str:
    """The main text of `page` as HTML, found by trafilatura; empty if it finds none or fails."""
    try:
        import trafilatura  # noqa: PLC0415  takes a third of a second to import, and few feeds need it

        found = trafilatura.extract(
            page,
            output_format="html",
            include_comments=False,
            include_images=True,
            include_formatting=True,
            include_links=True,
        )
    except Exception:  # noqa: BLE001  it may be missing, or broken by a hostile page; the page is then read as it is
        return ""
    return found or ""


def _from_article(page: str) -> str:
    found = _TEXT.search(page)
    return page[found.start() :] if found else page


def _lightened(html: str) -> str:
    """`html` without scripts, styles and drawings."""
    out, at = [], 0
    while found := _WEIGHT.search(html, at):
        out.append(html[at : found.start()])
        end = re.compile(rf"</{found[1]}\s*>", re.IGNORECASE).search(html, found.end())
        if end is None:
            return "".join(out)
        at = end.end()
    out.append(html[at:])
    return "".join(out)
