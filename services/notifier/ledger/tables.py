"""The ledger's tables.

Text columns hold only words of ours: what came from outside is kept as the bytes it was
(PostgreSQL's text and jsonb take no NUL, and a headline may hold one). Nothing is keyed by a
Kafka offset: a topic made anew counts from 0 again.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from services.notifier.ledger.states import State


def _instant(name: str, *, optional: bool = False, now: bool = False) -> Column[object]:
    default = func.now() if now else None
    return Column(name, DateTime(timezone=True), nullable=optional, server_default=default)


metadata = MetaData()

# Each row is a version; the newest of a name counts. `definition` is what the file said.
channel, subscription = (
    Table(
        name,
        metadata,
        Column("name", Text, nullable=False),
        Column("version", Integer, nullable=False),
        Column("origin", Text, nullable=False),
        Column("definition", JSONB, nullable=False),
        Column("enabled", Boolean, nullable=False),
        _instant("applied_at", now=True),
        PrimaryKeyConstraint("name", "version"),
    )
    for name in ("channel", "subscription")
)

# Until an operator enables them, whatever the file says; their deliveries wait.
disabled_channel = Table(
    "disabled_channel",
    metadata,
    Column("name", Text, primary_key=True),
    Column("reason", Text, nullable=False),
    _instant("disabled_at", now=True),
)

incident = Table(
    "incident",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("category", Text, nullable=False),
    Column("country", Text),
    Column("day", Date, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("state", Text, nullable=False, server_default="open"),
    Column("revision", Integer, nullable=False, server_default="1"),
    _instant("opened_at"),
    _instant("last_report_at"),
    _instant("closes_at"),
    CheckConstraint("state in ('open', 'closed')", name="incident_state"),
)
Index("incident_closing", incident.c.closes_at, postgresql_where=text("state = 'open'"))

report = Table(
    "report",
    metadata,
    Column("id", Uuid, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("incident_id", Uuid, ForeignKey("incident.id"), nullable=False),
    Column("source", LargeBinary, nullable=False),  # the publisher: independent ones count once
    Column("body", LargeBinary, nullable=False),
    _instant("taken_at", now=True),
    PrimaryKeyConstraint("id", "content"),
    UniqueConstraint("id", "revision"),  # two notifiers with two revisions: one comes second
)
Index("report_incident", report.c.incident_id)

alert = Table(
    "alert",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("incident_id", Uuid, ForeignKey("incident.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    _instant("correlated_at"),
    UniqueConstraint("incident_id", "revision"),
)

delivery = Table(
    "delivery",
    metadata,
    Column("seq", BigInteger, Identity(always=True), primary_key=True),
    Column("id", Uuid, nullable=False, unique=True),
    Column("alert_id", Uuid, ForeignKey("alert.id"), nullable=False),
    Column("incident_id", Uuid, nullable=False),
    Column("channel", Text, nullable=False),
    Column("subscription", Text, nullable=False),
    Column("subscription_version", Integer, nullable=False),
    Column("severity", Text, nullable=False),
    Column("state", Text, nullable=False, server_default=State.WAITING),
    Column("attempts", Integer, nullable=False, server_default="0"),
    _instant("due_at", now=True),
    _instant("not_before", optional=True),  # what the receiver's Retry-After asked for
    _instant("expires_at"),
    Column("owner", Text),
    _instant("lease_until", optional=True),
    Column("status", Integer),
    Column("reason", Text),
    _instant("ended_at", optional=True),
    CheckConstraint(
        "state in ('waiting', 'leased', 'delivered', 'dead', 'expired')", name="delivery_state"
    ),
    postgresql_with={"fillfactor": 70},  # room for updates in place
)
_OPEN = text("state in ('waiting', 'leased')")
# These hold the backlog, not the history, so the ledger's growth does not slow the dispatch.
Index("delivery_open", delivery.c.channel, delivery.c.seq, postgresql_where=_OPEN)
Index(
    "delivery_order",
    delivery.c.channel,
    delivery.c.incident_id,
    delivery.c.seq,
    postgresql_where=_OPEN,
)
Index("delivery_incident", delivery.c.incident_id, delivery.c.channel)

attempt = Table(
    "attempt",
    metadata,
    Column("delivery_seq", BigInteger, ForeignKey("delivery.seq"), nullable=False),
    Column("number", Integer, nullable=False),  # from 1
    _instant("ended_at", now=True),
    Column("status", Integer),
    Column("reason", Text),
    Column("milliseconds", Double, nullable=False),
    Column("reply", LargeBinary, nullable=False),  # its first KiB, or what went wrong
    PrimaryKeyConstraint("delivery_seq", "number"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("seq", BigInteger, Identity(always=True), primary_key=True),
    Column("alert_id", Uuid, ForeignKey("alert.id"), nullable=False),
)
