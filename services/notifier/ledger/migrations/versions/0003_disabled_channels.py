"""Channels whose receivers are gone for good."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.execute(
        """
CREATE TABLE disabled_channel (
    name TEXT NOT NULL,
    reason TEXT NOT NULL,
    disabled_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    PRIMARY KEY (name)
)
"""
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("disabled_channel")
