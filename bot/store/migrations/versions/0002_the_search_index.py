"""The index of the full text of recaps.

Why: `/search` finds recaps by show, person, site and story. A migration that rebuilds `recaps` must make the triggers
anew, as they go with the old table.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# Nothing is ranked, so the sizes of documents are not kept.
INDEX = """
CREATE VIRTUAL TABLE recap_search USING fts5(words, tokenize = "unicode61 remove_diacritics 2", columnsize = 0)
"""
# Whoever forgets or changes a text need not know of the index.
FORGET = """
CREATE TRIGGER recap_search_{name} AFTER {event} ON recaps BEGIN
    DELETE FROM recap_search WHERE rowid = (CAST(strftime('%s', old.dated_at) AS INTEGER) << 31 | old.id);
END
"""


def upgrade() -> None:
    op.execute(INDEX)
    op.execute(FORGET.format(name="deleted", event="DELETE"))
    op.execute(FORGET.format(name="changed", event="UPDATE OF dated_at, summary_full"))
