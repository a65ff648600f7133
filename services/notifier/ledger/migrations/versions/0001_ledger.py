"""The ledger as it began."""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TABLES = """
CREATE TABLE channel (
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    origin TEXT NOT NULL,
    definition JSONB NOT NULL,
    enabled BOOLEAN NOT NULL,
    applied_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    PRIMARY KEY (name, version)
);

CREATE TABLE subscription (
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    origin TEXT NOT NULL,
    definition JSONB NOT NULL,
    enabled BOOLEAN NOT NULL,
    applied_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    PRIMARY KEY (name, version)
);

CREATE TABLE incident (
    id UUID NOT NULL,
    key TEXT NOT NULL,
    category TEXT NOT NULL,
    country TEXT,
    day DATE NOT NULL,
    purpose TEXT NOT NULL,
    state TEXT DEFAULT 'open' NOT NULL,
    revision INTEGER DEFAULT '1' NOT NULL,
    opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
    last_report_at TIMESTAMP WITH TIME ZONE NOT NULL,
    closes_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT incident_state CHECK (state in ('open', 'closed')),
    UNIQUE (key)
);

CREATE INDEX incident_closing ON incident (closes_at) WHERE state = 'open';

CREATE TABLE report (
    id UUID NOT NULL,
    content BYTEA NOT NULL,
    revision INTEGER NOT NULL,
    incident_id UUID NOT NULL,
    source BYTEA NOT NULL,
    body BYTEA NOT NULL,
    taken_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    PRIMARY KEY (id, content),
    UNIQUE (id, revision),
    FOREIGN KEY(incident_id) REFERENCES incident (id)
);

CREATE INDEX report_incident ON report (incident_id);

CREATE TABLE alert (
    id UUID NOT NULL,
    incident_id UUID NOT NULL,
    revision INTEGER NOT NULL,
    kind TEXT NOT NULL,
    body BYTEA NOT NULL,
    correlated_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (incident_id, revision),
    FOREIGN KEY(incident_id) REFERENCES incident (id)
);

CREATE TABLE delivery (
    seq BIGINT GENERATED ALWAYS AS IDENTITY,
    id UUID NOT NULL,
    alert_id UUID NOT NULL,
    incident_id UUID NOT NULL,
    channel TEXT NOT NULL,
    subscription TEXT NOT NULL,
    subscription_version INTEGER NOT NULL,
    severity TEXT NOT NULL,
    state TEXT DEFAULT 'waiting' NOT NULL,
    attempts INTEGER DEFAULT '0' NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    not_before TIMESTAMP WITH TIME ZONE,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    owner TEXT,
    lease_until TIMESTAMP WITH TIME ZONE,
    status INTEGER,
    reason TEXT,
    ended_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (seq),
    CONSTRAINT delivery_state CHECK (
        state in ('waiting', 'leased', 'delivered', 'dead', 'expired')
    ),
    UNIQUE (id),
    FOREIGN KEY(alert_id) REFERENCES alert (id)
)
 WITH (fillfactor = 70);

CREATE INDEX delivery_incident ON delivery (incident_id, channel);

CREATE INDEX delivery_open ON delivery (channel, seq) WHERE state in ('waiting', 'leased');

CREATE INDEX delivery_order ON delivery (channel, incident_id, seq)
WHERE state in ('waiting', 'leased');

CREATE TABLE outbox (
    seq BIGINT GENERATED ALWAYS AS IDENTITY,
    alert_id UUID NOT NULL,
    PRIMARY KEY (seq),
    FOREIGN KEY(alert_id) REFERENCES alert (id)
);
"""


def upgrade() -> None:
    """Make every table, with its indexes."""
    for statement in _TABLES.split(";"):
        if statement.strip():
            op.execute(statement)


def downgrade() -> None:
    """Drop them."""
    for table in ("outbox", "delivery", "alert", "report", "incident", "subscription", "channel"):
        op.drop_table(table)
