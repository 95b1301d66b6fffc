"""Sets of any size in a statement: they travel as one parameter, so that its text, and what was compiled, stays."""

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, func, select


def among(column: ColumnElement[Any], values: Iterable[int | str] | BindParameter[str]) -> ColumnElement[bool]:
    """Whether a column has one of these values; a parameter holds them as `as_set` makes it."""
    held = values if isinstance(values, BindParameter) else as_set(values)
    each = func.json_each(held).table_valued("value")
    return column.in_(select(each.c.value))


def as_set(values: Iterable[int | str]) -> str:
    """The values of a parameter of `among`."""
    return json.dumps(list(values))
