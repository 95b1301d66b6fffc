"""A SAX driver that gives feedparser each text in one piece, and not one for every line and character reference."""

from xml.sax.expatreader import ExpatParser


class _OnePiece(ExpatParser):
    def reset(self) -> None:
        super().reset()
        self._parser.buffer_text = True  # type: ignore[attr-defined]


def create_parser() -> ExpatParser:
    """What `xml.sax.make_parser` asks a driver for."""
    return _OnePiece()
