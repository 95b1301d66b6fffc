"""The tables. Read this to know what is stored; `migrations/` is how a database gets there.

Times are UTC, Discord ids are 64-bit integers. No column of a unique key is nullable: where "every show" or "every
feed" is a NULL reference, a generated column turns it into 0 for the key.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Row,
    String,
    Table,
    Text,
    Time,
    TypeDecorator,
    UniqueConstraint,
    false,
    text,
    true,
)

from bot import texts

#: A row of a query that joins several tables.
AnyRow = Row[*tuple[Any, ...]]


class UTCDateTime(TypeDecorator[datetime]):
    """An aware time in UTC; SQLite itself keeps no zone."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        if value.tzinfo is not UTC:
            raise ValueError("times are aware and in UTC")
        return value.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else value.replace(tzinfo=UTC)


def stored_time(moment: datetime) -> str:
    """A time in UTC as the database holds it."""
    return moment.replace(tzinfo=None).isoformat(" ", "microseconds")


class Sentences(TypeDecorator[texts.Text]):
    """Something to say, in whatever language its reader has."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: texts.Text | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else value.stored()

    def process_result_value(self, value: str | None, dialect: Dialect) -> texts.Text | None:  # noqa: ARG002
        return None if value is None else texts.Text.from_stored(value)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite gives rowids only to columns that are exactly INTEGER.
Id = BigInteger().with_variant(Integer, "sqlite")

#: Facts about this database itself: `instance`, its random id.
meta = Table(
    "meta",
    metadata,
    Column("key", String, primary_key=True),
    Column("value", String, nullable=False),
)

feeds = Table(
    "feeds",
    metadata,
    Column("id", Id, primary_key=True),
    Column("url", String, nullable=False, unique=True),
    Column("name", String, nullable=False),
    Column("language", String),
    #: The one show this feed is about.
    Column("show", String),
    Column("excerpts", Boolean, nullable=False, server_default=false()),
    Column("in_catalogue", Boolean, nullable=False, server_default=false()),
    Column("added_at", UTCDateTime, nullable=False),
    # what the next conditional request needs
    Column("etag", String),
    Column("last_modified", String),
    Column("body_hash", String),
    #: Where permanent redirects have been leading, and since when.
    Column("moved_to", String),
    Column("moved_since", UTCDateTime),
    # its health
    Column("next_poll_at", UTCDateTime, nullable=False),
    Column("polled_at", UTCDateTime),
    Column("first_success_at", UTCDateTime),
    Column("succeeded_at", UTCDateTime),
    Column("unchanged", Integer, nullable=False, server_default=text("0")),
    Column("failures", Integer, nullable=False, server_default=text("0")),
    Column("error", Sentences),
    Column("failing_since", UTCDateTime),
    #: Whether those who added it have heard that it fails.
    Column("told_failing", Boolean, nullable=False, server_default=false()),
    #: When it published lately, and how often it wishes to be asked; see `Rhythm`.
    Column("rhythm", JSON, nullable=False, server_default=text("'{}'")),
    Column("retired_at", UTCDateTime),
    Index("ix_feeds_due", "next_poll_at", sqlite_where=text("retired_at IS NULL")),
)

guilds = Table(
    "guilds",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("joined_at", UTCDateTime, nullable=False),
    Column("left_at", UTCDateTime),
    Column("notice_channel_id", BigInteger),
    Column("spoilers", String, nullable=False, server_default="tagged"),
    Column("push", Boolean, nullable=False, server_default=true()),
    Column("reviews", Boolean, nullable=False, server_default=false()),
    #: What becomes of another site's recap of an episode that has a post; see `Siblings`.
    Column("siblings", String, nullable=False, server_default="join"),
    Column("delay_minutes", Integer, nullable=False, server_default=text("0")),
    #: Quiet hours, as the clock on the wall shows them in the server's time zone.
    Column("quiet_start", Time),
    Column("quiet_end", Time),
    Column("time_zone", String, nullable=False, server_default="UTC"),
    #: The present quiet hours, or the next ones.
    Column("quiet_from", UTCDateTime),
    Column("quiet_until", UTCDateTime),
    #: After how many minutes the thread below a card is archived; NULL: cards get no thread.
    Column("thread_minutes", Integer),
    #: The tag that forum posts get, by its name.
    Column("forum_tag", String),
    Column("publish", Boolean, nullable=False, server_default=false()),
    #: Whom posts mention where their subscriptions name nobody.
    Column("role_id", BigInteger),
    Index("ix_guilds_quiet_until", "quiet_until", sqlite_where=text("quiet_until IS NOT NULL")),
)

#: The feeds that a guild added for itself.
guild_feeds = Table(
    "guild_feeds",
    metadata,
    Column("guild_id", ForeignKey("guilds.id", ondelete="CASCADE"), primary_key=True),
    Column("feed_id", ForeignKey("feeds.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("added_by", BigInteger, nullable=False),
    Column("added_at", UTCDateTime, nullable=False),
)

shows = Table(
    "shows",
    metadata,
    Column("id", Id, primary_key=True),
    Column("title", String, nullable=False),
    #: The form under which all spellings of a title meet.
    Column("normal_form", String, nullable=False, unique=True),
    Column("added_at", UTCDateTime, nullable=False),
)

show_aliases = Table(
    "show_aliases",
    metadata,
    Column("show_id", ForeignKey("shows.id", ondelete="CASCADE"), primary_key=True),
    Column("feed_id", ForeignKey("feeds.id", ondelete="CASCADE"), primary_key=True),
    Column("normal_form", String, primary_key=True),
    Column("name", String, nullable=False),
)

#: Which shows a feed has recapped: what a viewer of the feed may look up.
feed_shows = Table(
    "feed_shows",
    metadata,
    Column("feed_id", ForeignKey("feeds.id", ondelete="CASCADE"), primary_key=True),
    Column("show_id", ForeignKey("shows.id", ondelete="CASCADE"), primary_key=True),
    Column("latest_at", UTCDateTime, nullable=False),
    Index("ix_feed_shows_show_id", "show_id"),
)

entries = Table(
    "entries",
    metadata,
    Column("id", Id, primary_key=True),
    Column("feed_id", ForeignKey("feeds.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("kind", String, nullable=False),
    Column("content_hash", String, nullable=False),
    Column("published_at", UTCDateTime),
    Column("first_seen_at", UTCDateTime, nullable=False),
    #: Whether it may still be announced, should it turn into a recap: false for what the first poll found.
    Column("fresh", Boolean, nullable=False),
)

#: All names under which an entry is known to its feed: guid, link, title and day.
entry_names = Table(
    "entry_names",
    metadata,
    Column("feed_id", ForeignKey("feeds.id", ondelete="CASCADE"), primary_key=True),
    Column("name", String, primary_key=True),
    Column("entry_id", ForeignKey("entries.id", ondelete="CASCADE"), nullable=False, index=True),
)

recaps = Table(
    "recaps",
    metadata,
    Column("id", Id, primary_key=True),
    Column("entry_id", ForeignKey("entries.id", ondelete="CASCADE"), nullable=False, unique=True),
    Column("feed_id", ForeignKey("feeds.id", ondelete="CASCADE"), nullable=False),
    Column("kind", String, nullable=False),
    Column("show_id", ForeignKey("shows.id")),
    Column("season", Integer),
    Column("first", Integer),
    Column("last", Integer),
    Column("aired", Date),
    Column("episode_key", String, nullable=False),
    Column("finale", Boolean, nullable=False),
    Column("premiere", Boolean, nullable=False),
    Column("link", Text),
    Column("author", String),
    Column("streaming", String),
    #: What else the article states that cannot spoil; see `SafeFacts`.
    Column("facts", JSON, nullable=False, server_default=text("'{}'")),
    Column("reading_minutes", Integer),
    Column("summary_short", Text, nullable=False),
    Column("summary_card", Text, nullable=False),
    Column("summary_full", Text, nullable=False),
    #: Paragraphs, as JSON lists.
    Column("extras", JSON, nullable=False),
    Column("thoughts", JSON, nullable=False),
    Column("verdict", Text),
    #: `[url, caption]` each.
    Column("pictures", JSON, nullable=False),
    Column("published_at", UTCDateTime),
    Column("seen_at", UTCDateTime, nullable=False),
    #: Published, or first seen where the feed does not say: what recaps are ordered by.
    Column("dated_at", UTCDateTime, nullable=False),
    Index("ix_recaps_dated_at", "dated_at"),
    Index("ix_recaps_show_id_dated_at", "show_id", "dated_at"),
    Index("ix_recaps_feed_id_dated_at", "feed_id", "dated_at"),
)

#: How far users say to have watched, by season (-1: unknown).
progress = Table(
    "progress",
    metadata,
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("show_id", ForeignKey("shows.id", ondelete="CASCADE"), primary_key=True),
    Column("season", Integer, primary_key=True, autoincrement=False),
    Column("episode", Integer, nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Index("ix_progress_show_id", "show_id"),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("guild_id", ForeignKey("guilds.id", ondelete="CASCADE"), nullable=False),
    Column("channel_id", BigInteger, nullable=False),
    #: NULL: every show.
    Column("show_id", ForeignKey("shows.id", ondelete="CASCADE")),
    #: NULL: every feed that the guild sees.
    Column("feed_id", ForeignKey("feeds.id", ondelete="CASCADE")),
    Column("show_key", BigInteger, Computed("coalesce(show_id, 0)", persisted=True), nullable=False),
    Column("feed_key", BigInteger, Computed("coalesce(feed_id, 0)", persisted=True), nullable=False),
    Column("role_id", BigInteger),
    Column("spoilers", String),
    Column("delay_minutes", Integer),
    Column("created_by", BigInteger, nullable=False),
    Column("created_at", UTCDateTime, nullable=False),
    UniqueConstraint("guild_id", "channel_id", "show_key", "feed_key"),
    Index("ix_subscriptions_show_key", "show_key"),
)

posts = Table(
    "posts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("guild_id", ForeignKey("guilds.id", ondelete="CASCADE"), nullable=False),
    Column("channel_id", BigInteger, nullable=False),
    Column("show_id", ForeignKey("shows.id")),
    Column("show_key", BigInteger, Computed("coalesce(show_id, 0)", persisted=True), nullable=False),
    #: The recap's own key; a sibling with a post of its own has `~r<recap id>` behind it.
    Column("episode_key", String, nullable=False),
    #: The recap that made the post; siblings join it through their announcements.
    Column("recap_id", ForeignKey("recaps.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("state", String, nullable=False),
    #: When the next step may be taken.
    Column("due_at", UTCDateTime, nullable=False),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    #: Since when it waits to be sent: when it was queued, or when its delay ended.
    Column("queued_at", UTCDateTime, nullable=False),
    #: When its sending began; the nonce is good for a few minutes from then.
    Column("claimed_at", UTCDateTime),
    Column("posted_at", UTCDateTime),
    #: When its card was last edited.
    Column("carded_at", UTCDateTime),
    Column("message_id", BigInteger),
    #: Whether its creation pinged a role.
    Column("pinged", Boolean, nullable=False, server_default=false()),
    #: The thread that holds the message, where the destination is a forum.
    Column("thread_id", BigInteger),
    Column("shown_version", Integer, nullable=False, server_default=text("0")),
    Column("wanted_version", Integer, nullable=False, server_default=text("1")),
    #: Why it was given up, or why it waits: a sentence for people.
    Column("reason", Sentences),
    CheckConstraint("state IN ('waiting', 'sending', 'posted', 'carded', 'given up')", name="state"),
    UniqueConstraint("channel_id", "show_key", "episode_key"),
    Index("ix_posts_due", "due_at", sqlite_where=text("state IN ('waiting', 'sending', 'posted')")),
    Index("ix_posts_guild_id_channel_id", "guild_id", "channel_id"),
    Index("ix_posts_show_key_episode_key", "show_key", "episode_key"),
)

#: What is to be done with a post once it shows its card: publish it, open its thread.
errands = Table(
    "errands",
    metadata,
    Column("post_id", ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True),
    Column("kind", String, primary_key=True),
    Column("due_at", UTCDateTime, nullable=False),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    #: When it was last set about; a card that may be published by now is not edited any more.
    Column("begun_at", UTCDateTime),
    Column("ended_at", UTCDateTime),
    #: Why it was given up: a sentence for people.
    Column("reason", Sentences),
    Index("ix_errands_due", "due_at", sqlite_where=text("ended_at IS NULL")),
)

#: Destinations that take nothing until an admin mends them.
pauses = Table(
    "pauses",
    metadata,
    Column("channel_id", BigInteger, primary_key=True, autoincrement=False),
    Column("guild_id", ForeignKey("guilds.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("since", UTCDateTime, nullable=False),
    #: When it is tried again, should nobody say earlier that it was mended.
    Column("until", UTCDateTime, nullable=False),
    #: What is wrong: sentences for people.
    Column("reason", Sentences, nullable=False),
)

#: One recap due at one destination: points to its post, or says why it was left out.
announcements = Table(
    "announcements",
    metadata,
    Column("recap_id", ForeignKey("recaps.id", ondelete="CASCADE"), primary_key=True),
    Column("channel_id", BigInteger, primary_key=True, autoincrement=False),
    Column("guild_id", ForeignKey("guilds.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("post_id", ForeignKey("posts.id", ondelete="CASCADE"), index=True),
    Column("left_out", String),
    CheckConstraint("(post_id IS NULL) <> (left_out IS NULL)", name="posted_or_left_out"),
)

#: What an admin should hear, until it has been said.
notices = Table(
    "notices",
    metadata,
    Column("id", Id, primary_key=True),
    Column("guild_id", ForeignKey("guilds.id", ondelete="CASCADE"), nullable=False, index=True),
    #: Who hears it in a direct message, where the guild has no notice channel.
    Column("user_id", BigInteger),
    Column("text", Sentences, nullable=False),
    #: The post that it offers to post again.
    Column("post_id", ForeignKey("posts.id", ondelete="SET NULL")),
    Column("raised_at", UTCDateTime, nullable=False),
    #: When saying it was tried and nobody could be reached.
    Column("tried_at", UTCDateTime),
    Column("said_at", UTCDateTime),
)
