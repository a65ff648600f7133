"""Each attempt at a delivery."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.execute(
        """
CREATE TABLE attempt (
    delivery_seq BIGINT NOT NULL,
    number INTEGER NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    status INTEGER,
    reason TEXT,
    milliseconds DOUBLE PRECISION NOT NULL,
    reply BYTEA NOT NULL,
    PRIMARY KEY (delivery_seq, number),
    FOREIGN KEY(delivery_seq) REFERENCES delivery (seq)
)
"""
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("attempt")
