"""The first tables.

Why: everything has to begin somewhere.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:  # noqa: PLR0915  a statement for each table
    op.create_table(
        "feeds",
        sa.Column("id", ID, nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("show", sa.String(), nullable=True),
        sa.Column("excerpts", sa.Boolean(), server_default=sa.text("0"), nullable=False),
        sa.Column("in_catalogue", sa.Boolean(), server_default=sa.text("0"), nullable=False),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.Column("etag", sa.String(), nullable=True),
        sa.Column("last_modified", sa.String(), nullable=True),
        sa.Column("body_hash", sa.String(), nullable=True),
        sa.Column("moved_to", sa.String(), nullable=True),
        sa.Column("moved_since", sa.DateTime(), nullable=True),
        sa.Column("next_poll_at", sa.DateTime(), nullable=False),
        sa.Column("polled_at", sa.DateTime(), nullable=True),
        sa.Column("first_success_at", sa.DateTime(), nullable=True),
        sa.Column("succeeded_at", sa.DateTime(), nullable=True),
        sa.Column("unchanged", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("failures", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("failing_since", sa.DateTime(), nullable=True),
        sa.Column("told_failing", sa.Boolean(), server_default=sa.text("0"), nullable=False),
        sa.Column("rhythm", sa.JSON(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("retired_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feeds")),
        sa.UniqueConstraint("url", name=op.f("uq_feeds_url")),
    )
    with op.batch_alter_table("feeds", schema=None) as batch_op:
        batch_op.create_index(
            "ix_feeds_due", ["next_poll_at"], unique=False, sqlite_where=sa.text("retired_at IS NULL")
        )

    op.create_table(
        "guilds",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("joined_at", sa.DateTime(), nullable=False),
        sa.Column("left_at", sa.DateTime(), nullable=True),
        sa.Column("notice_channel_id", sa.BigInteger(), nullable=True),
        sa.Column("spoilers", sa.String(), server_default="tagged", nullable=False),
        sa.Column("push", sa.Boolean(), server_default=sa.text("1"), nullable=False),
        sa.Column("reviews", sa.Boolean(), server_default=sa.text("0"), nullable=False),
        sa.Column("siblings", sa.String(), server_default="join", nullable=False),
        sa.Column("delay_minutes", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("quiet_start", sa.Time(), nullable=True),
        sa.Column("quiet_end", sa.Time(), nullable=True),
        sa.Column("time_zone", sa.String(), server_default="UTC", nullable=False),
        sa.Column("quiet_from", sa.DateTime(), nullable=True),
        sa.Column("quiet_until", sa.DateTime(), nullable=True),
        sa.Column("thread_minutes", sa.Integer(), nullable=True),
        sa.Column("forum_tag", sa.String(), nullable=True),
        sa.Column("publish", sa.Boolean(), server_default=sa.text("0"), nullable=False),
        sa.Column("role_id", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guilds")),
    )
    with op.batch_alter_table("guilds", schema=None) as batch_op:
        batch_op.create_index(
            "ix_guilds_quiet_until", ["quiet_until"], unique=False, sqlite_where=sa.text("quiet_until IS NOT NULL")
        )

    op.create_table(
        "meta",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_meta")),
    )
    op.create_table(
        "shows",
        sa.Column("id", ID, nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("normal_form", sa.String(), nullable=False),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shows")),
        sa.UniqueConstraint("normal_form", name=op.f("uq_shows_normal_form")),
    )
    op.create_table(
        "entries",
        sa.Column("id", ID, nullable=False),
        sa.Column("feed_id", ID, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("published_at", sa.DateTime(), nullable=True),
        sa.Column("first_seen_at", sa.DateTime(), nullable=False),
        sa.Column("fresh", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["feed_id"], ["feeds.id"], name=op.f("fk_entries_feed_id_feeds"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entries")),
    )
    with op.batch_alter_table("entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_entries_feed_id"), ["feed_id"], unique=False)

    op.create_table(
        "feed_shows",
        sa.Column("feed_id", ID, nullable=False),
        sa.Column("show_id", ID, nullable=False),
        sa.Column("latest_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["feed_id"], ["feeds.id"], name=op.f("fk_feed_shows_feed_id_feeds"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["show_id"], ["shows.id"], name=op.f("fk_feed_shows_show_id_shows"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("feed_id", "show_id", name=op.f("pk_feed_shows")),
    )
    with op.batch_alter_table("feed_shows", schema=None) as batch_op:
        batch_op.create_index("ix_feed_shows_show_id", ["show_id"], unique=False)

    op.create_table(
        "guild_feeds",
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("feed_id", ID, nullable=False),
        sa.Column("added_by", sa.BigInteger(), nullable=False),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["feed_id"], ["feeds.id"], name=op.f("fk_guild_feeds_feed_id_feeds"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["guild_id"], ["guilds.id"], name=op.f("fk_guild_feeds_guild_id_guilds"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("guild_id", "feed_id", name=op.f("pk_guild_feeds")),
    )
    with op.batch_alter_table("guild_feeds", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_guild_feeds_feed_id"), ["feed_id"], unique=False)

    op.create_table(
        "pauses",
        sa.Column("channel_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["guild_id"], ["guilds.id"], name=op.f("fk_pauses_guild_id_guilds"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("channel_id", name=op.f("pk_pauses")),
    )
    with op.batch_alter_table("pauses", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pauses_guild_id"), ["guild_id"], unique=False)

    op.create_table(
        "progress",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("show_id", ID, nullable=False),
        sa.Column("season", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("episode", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["show_id"], ["shows.id"], name=op.f("fk_progress_show_id_shows"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "show_id", "season", name=op.f("pk_progress")),
    )
    with op.batch_alter_table("progress", schema=None) as batch_op:
        batch_op.create_index("ix_progress_show_id", ["show_id"], unique=False)

    op.create_table(
        "show_aliases",
        sa.Column("show_id", ID, nullable=False),
        sa.Column("feed_id", ID, nullable=False),
        sa.Column("normal_form", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["feed_id"], ["feeds.id"], name=op.f("fk_show_aliases_feed_id_feeds"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["show_id"], ["shows.id"], name=op.f("fk_show_aliases_show_id_shows"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("show_id", "feed_id", "normal_form", name=op.f("pk_show_aliases")),
    )
    op.create_table(
        "subscriptions",
        sa.Column("id", ID, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("show_id", ID, nullable=True),
        sa.Column("feed_id", ID, nullable=True),
        sa.Column("show_key", sa.BigInteger(), sa.Computed("coalesce(show_id, 0)", persisted=True), nullable=False),
        sa.Column("feed_key", sa.BigInteger(), sa.Computed("coalesce(feed_id, 0)", persisted=True), nullable=False),
        sa.Column("role_id", sa.BigInteger(), nullable=True),
        sa.Column("spoilers", sa.String(), nullable=True),
        sa.Column("delay_minutes", sa.Integer(), nullable=True),
        sa.Column("created_by", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["feed_id"], ["feeds.id"], name=op.f("fk_subscriptions_feed_id_feeds"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["guild_id"], ["guilds.id"], name=op.f("fk_subscriptions_guild_id_guilds"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["show_id"], ["shows.id"], name=op.f("fk_subscriptions_show_id_shows"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriptions")),
        sa.UniqueConstraint(
            "guild_id",
            "channel_id",
            "show_key",
            "feed_key",
            name=op.f("uq_subscriptions_guild_id_channel_id_show_key_feed_key"),
        ),
    )
    with op.batch_alter_table("subscriptions", schema=None) as batch_op:
        batch_op.create_index("ix_subscriptions_show_key", ["show_key"], unique=False)

    op.create_table(
        "entry_names",
        sa.Column("feed_id", ID, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("entry_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_entry_names_entry_id_entries"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["feed_id"], ["feeds.id"], name=op.f("fk_entry_names_feed_id_feeds"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("feed_id", "name", name=op.f("pk_entry_names")),
    )
    with op.batch_alter_table("entry_names", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_entry_names_entry_id"), ["entry_id"], unique=False)

    op.create_table(
        "recaps",
        sa.Column("id", ID, nullable=False),
        sa.Column("entry_id", ID, nullable=False),
        sa.Column("feed_id", ID, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("show_id", ID, nullable=True),
        sa.Column("season", sa.Integer(), nullable=True),
        sa.Column("first", sa.Integer(), nullable=True),
        sa.Column("last", sa.Integer(), nullable=True),
        sa.Column("aired", sa.Date(), nullable=True),
        sa.Column("episode_key", sa.String(), nullable=False),
        sa.Column("finale", sa.Boolean(), nullable=False),
        sa.Column("premiere", sa.Boolean(), nullable=False),
        sa.Column("link", sa.Text(), nullable=True),
        sa.Column("author", sa.String(), nullable=True),
        sa.Column("streaming", sa.String(), nullable=True),
        sa.Column("facts", sa.JSON(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("reading_minutes", sa.Integer(), nullable=True),
        sa.Column("summary_short", sa.Text(), nullable=False),
        sa.Column("summary_card", sa.Text(), nullable=False),
        sa.Column("summary_full", sa.Text(), nullable=False),
        sa.Column("extras", sa.JSON(), nullable=False),
        sa.Column("thoughts", sa.JSON(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=True),
        sa.Column("pictures", sa.JSON(), nullable=False),
        sa.Column("published_at", sa.DateTime(), nullable=True),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.Column("dated_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_recaps_entry_id_entries"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["feed_id"], ["feeds.id"], name=op.f("fk_recaps_feed_id_feeds"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["show_id"], ["shows.id"], name=op.f("fk_recaps_show_id_shows")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recaps")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_recaps_entry_id")),
    )
    with op.batch_alter_table("recaps", schema=None) as batch_op:
        batch_op.create_index("ix_recaps_dated_at", ["dated_at"], unique=False)
        batch_op.create_index("ix_recaps_feed_id_dated_at", ["feed_id", "dated_at"], unique=False)
        batch_op.create_index("ix_recaps_show_id_dated_at", ["show_id", "dated_at"], unique=False)

    op.create_table(
        "posts",
        sa.Column("id", ID, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("show_id", ID, nullable=True),
        sa.Column("show_key", sa.BigInteger(), sa.Computed("coalesce(show_id, 0)", persisted=True), nullable=False),
        sa.Column("episode_key", sa.String(), nullable=False),
        sa.Column("recap_id", ID, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("queued_at", sa.DateTime(), nullable=False),
        sa.Column("claimed_at", sa.DateTime(), nullable=True),
        sa.Column("posted_at", sa.DateTime(), nullable=True),
        sa.Column("carded_at", sa.DateTime(), nullable=True),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("pinged", sa.Boolean(), server_default=sa.text("0"), nullable=False),
        sa.Column("thread_id", sa.BigInteger(), nullable=True),
        sa.Column("shown_version", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("wanted_version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'sending', 'posted', 'carded', 'given up')", name=op.f("ck_posts_state")
        ),
        sa.ForeignKeyConstraint(["guild_id"], ["guilds.id"], name=op.f("fk_posts_guild_id_guilds"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["recap_id"], ["recaps.id"], name=op.f("fk_posts_recap_id_recaps"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["show_id"], ["shows.id"], name=op.f("fk_posts_show_id_shows")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posts")),
        sa.UniqueConstraint(
            "channel_id", "show_key", "episode_key", name=op.f("uq_posts_channel_id_show_key_episode_key")
        ),
    )
    with op.batch_alter_table("posts", schema=None) as batch_op:
        batch_op.create_index(
            "ix_posts_due", ["due_at"], unique=False, sqlite_where=sa.text("state IN ('waiting', 'sending', 'posted')")
        )
        batch_op.create_index("ix_posts_guild_id_channel_id", ["guild_id", "channel_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_posts_recap_id"), ["recap_id"], unique=False)
        batch_op.create_index("ix_posts_show_key_episode_key", ["show_key", "episode_key"], unique=False)

    op.create_table(
        "announcements",
        sa.Column("recap_id", ID, nullable=False),
        sa.Column("channel_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("post_id", ID, nullable=True),
        sa.Column("left_out", sa.String(), nullable=True),
        sa.CheckConstraint("(post_id IS NULL) <> (left_out IS NULL)", name=op.f("ck_announcements_posted_or_left_out")),
        sa.ForeignKeyConstraint(
            ["guild_id"], ["guilds.id"], name=op.f("fk_announcements_guild_id_guilds"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["post_id"], ["posts.id"], name=op.f("fk_announcements_post_id_posts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["recap_id"], ["recaps.id"], name=op.f("fk_announcements_recap_id_recaps"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("recap_id", "channel_id", name=op.f("pk_announcements")),
    )
    with op.batch_alter_table("announcements", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_announcements_guild_id"), ["guild_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_announcements_post_id"), ["post_id"], unique=False)

    op.create_table(
        "errands",
        sa.Column("post_id", ID, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("begun_at", sa.DateTime(), nullable=True),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_errands_post_id_posts"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("post_id", "kind", name=op.f("pk_errands")),
    )
    with op.batch_alter_table("errands", schema=None) as batch_op:
        batch_op.create_index("ix_errands_due", ["due_at"], unique=False, sqlite_where=sa.text("ended_at IS NULL"))

    op.create_table(
        "notices",
        sa.Column("id", ID, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("post_id", ID, nullable=True),
        sa.Column("raised_at", sa.DateTime(), nullable=False),
        sa.Column("tried_at", sa.DateTime(), nullable=True),
        sa.Column("said_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["guild_id"], ["guilds.id"], name=op.f("fk_notices_guild_id_guilds"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_notices_post_id_posts"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
    )
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notices_guild_id"), ["guild_id"], unique=False)
