"""The log: a line an event, for people or for machines. It never holds plot text."""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Literal

#: Libraries whose DEBUG prints message texts or tokens.
TALKATIVE = ("discord", "aiosqlite", "aiohttp", "asyncio")
#: Libraries whose INFO prints every statement with its parameters, plots among them, or everyday news.
CHATTY = ("sqlalchemy", "alembic", "discord.gateway", "discord.client")


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def set_up_logging(level: str, form: Literal["text", "json"]) -> None:
    """Send the log to stderr. Libraries that would print plots or tokens when debugging stay at INFO."""
    handler = logging.StreamHandler(sys.stderr)
    text = logging.Formatter("%(asctime)s %(levelname)-7s %(name)s: %(message)s", "%Y-%m-%d %H:%M:%S")
    handler.setFormatter(_Json() if form == "json" else text)
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(max(logging.INFO, logging.getLevelName(level)))
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
