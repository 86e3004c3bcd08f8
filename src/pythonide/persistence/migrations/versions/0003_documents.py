"""The log of documents: every update that a page or a program made, in order."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "documents",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=32), nullable=False),
        sa.Column("path", sa.Text(), nullable=True),
        sa.Column("fence", sa.Text(), nullable=False),
        sa.Column("settled", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name="fk_documents_workspace_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("number", name="pk_documents"),
        sa.UniqueConstraint("id", name="uq_documents_id"),
        sa.UniqueConstraint("workspace_id", "path", name="uq_documents_path"),
    )
    op.create_table(
        "document_writers",
        sa.Column("document", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("client", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["document"], ["documents.number"], name="fk_document_writers_document", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("document", "number", name="pk_document_writers"),
        sa.UniqueConstraint("document", "client", name="uq_document_writers_client"),
    )
    op.create_table(
        "document_updates",
        sa.Column("document", sa.Integer(), nullable=False),
        sa.Column("lsn", sa.Integer(), nullable=False),
        sa.Column("writer", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("quarantined", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document"], ["documents.number"], name="fk_document_updates_document", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("document", "lsn", name="pk_document_updates"),
        sa.UniqueConstraint("document", "writer", "seq", name="uq_document_updates_seq"),
        sqlite_with_rowid=False,
    )
