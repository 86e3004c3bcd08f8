"""Every table, as mapped classes; stores select columns, nobody loads objects."""

from datetime import datetime

from sqlalchemy import BigInteger, Float, ForeignKey, Index, MetaData, String, Text, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from pythonide.persistence.columns import UtcDateTime

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
"""Names of constraints, so that migrations can speak of them on both databases."""

ID = String(32)
NAME = String(200)
WORD = String(32)
HASH = String(64)


class Base(DeclarativeBase):
    """What all tables share: names of constraints and the type of a moment."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: UtcDateTime()}


class UserRow(Base):
    """A person; `login_name` is in the folded form that sign-in compares."""

    __tablename__ = "users"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    login_name: Mapped[str] = mapped_column(NAME, unique=True)
    display_name: Mapped[str] = mapped_column(NAME)
    password_hash: Mapped[str | None] = mapped_column(Text)
    site_role: Mapped[str] = mapped_column(WORD)
    active: Mapped[bool]
    created_at: Mapped[datetime]


class LoginRow(Base):
    """A signed-in browser; the token itself is known to that browser only."""

    __tablename__ = "logins"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    token_hash: Mapped[str] = mapped_column(HASH, unique=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    user_agent: Mapped[str] = mapped_column(NAME)


class OneTimeLinkRow(Base):
    """A link that works once; `used_at` is set by the act that consumes it."""

    __tablename__ = "one_time_links"
    token_hash: Mapped[str] = mapped_column(HASH, primary_key=True)
    purpose: Mapped[str] = mapped_column(WORD)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class CourseRow(Base):
    """A course; `key` is how set-up finds it again."""

    __tablename__ = "courses"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    key: Mapped[str] = mapped_column(NAME, unique=True)
    title: Mapped[str] = mapped_column(NAME)
    created_at: Mapped[datetime]


class EnrolmentRow(Base):
    """Who takes part in which course, as what."""

    __tablename__ = "enrolments"
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    course_id: Mapped[str] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"), primary_key=True, index=True)
    role: Mapped[str] = mapped_column(WORD)
    state: Mapped[str] = mapped_column(WORD)
    created_at: Mapped[datetime]


class CoursePolicyRow(Base):
    """What a course has chosen for its students' programs; null is the default. Times are seconds, sizes are bytes."""

    __tablename__ = "course_policies"
    course_id: Mapped[str] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"), primary_key=True)
    environment: Mapped[str | None] = mapped_column(String(64))
    cpu_seconds: Mapped[int | None]
    wall_seconds: Mapped[int | None]
    memory_bytes: Mapped[int | None] = mapped_column(BigInteger)
    processes: Mapped[int | None]
    file_bytes: Mapped[int | None] = mapped_column(BigInteger)
    open_files: Mapped[int | None]
    tmp_bytes: Mapped[int | None] = mapped_column(BigInteger)
    running: Mapped[int | None]
    prompts: Mapped[int | None]
    idle_seconds: Mapped[int | None]


class RoleScopeRow(Base):
    """What a role may do: the only place where that is decided."""

    __tablename__ = "role_scopes"
    role: Mapped[str] = mapped_column(WORD, primary_key=True)
    scope: Mapped[str] = mapped_column(String(64), primary_key=True)


class WorkspaceRow(Base):
    """A file tree: a person's in a course, or a folder of the course (`owner_id` is then null)."""

    __tablename__ = "workspaces"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    kind: Mapped[str] = mapped_column(WORD)
    course_id: Mapped[str] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"), index=True)
    owner_id: Mapped[str | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(NAME)
    created_at: Mapped[datetime]
    __table_args__ = (
        Index(
            "uq_workspaces_personal",
            "course_id",
            "owner_id",
            unique=True,
            sqlite_where=text("owner_id IS NOT NULL"),
            postgresql_where=text("owner_id IS NOT NULL"),
        ),
        Index(
            "uq_workspaces_folder",
            "course_id",
            "name",
            unique=True,
            sqlite_where=text("owner_id IS NULL"),
            postgresql_where=text("owner_id IS NULL"),
        ),
    )


class BinItemRow(Base):
    """A deleted file or folder that lies in the bin; `path` is where it lay."""

    __tablename__ = "bin_items"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"), index=True)
    path: Mapped[str] = mapped_column(Text)
    folder: Mapped[bool]
    files: Mapped[int]
    size: Mapped[int] = mapped_column(BigInteger)
    deleted_at: Mapped[datetime] = mapped_column(index=True)


class UploadRow(Base):
    """A file that is arriving; kept a while after it was `placed`, so that a page that missed the answer can ask."""

    __tablename__ = "uploads"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    path: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(BigInteger)
    replace: Mapped[bool]
    placed: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(index=True)


class NodeRow(Base):
    """A machine that runs programs; a restart takes a new epoch, and what the old one says later is refused."""

    __tablename__ = "nodes"
    id: Mapped[str] = mapped_column(NAME, primary_key=True)
    epoch: Mapped[int]
    lease_until: Mapped[datetime]


class RunRow(Base):
    """The durable record of one run."""

    __tablename__ = "runs"
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"), index=True)
    file: Mapped[str] = mapped_column(Text)
    node_id: Mapped[str] = mapped_column(NAME)
    node_epoch: Mapped[int]
    state: Mapped[str] = mapped_column(WORD, index=True)
    phase: Mapped[str | None] = mapped_column(WORD)
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(WORD)
    limit_hit: Mapped[str | None] = mapped_column(WORD)
    exit_code: Mapped[int | None]
    cpu_seconds: Mapped[float | None] = mapped_column(Float(53))
    peak_memory_bytes: Mapped[int | None] = mapped_column(BigInteger)
    incident: Mapped[str | None] = mapped_column(NAME)


class SlotRow(Base):
    """Who may run a file now; `epoch` only ever grows, so a late release is harmless."""

    __tablename__ = "slots"
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"), primary_key=True)
    file: Mapped[str] = mapped_column(Text, primary_key=True)
    run_id: Mapped[str | None] = mapped_column(ID)
    epoch: Mapped[int]


class AuditRow(Base):
    """Who did what to whom; written in the same transaction as the act."""

    __tablename__ = "audit_entries"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor_id: Mapped[str | None] = mapped_column(ID, index=True)
    action: Mapped[str] = mapped_column(String(64))
    object_id: Mapped[str] = mapped_column(ID, index=True)
    details: Mapped[str] = mapped_column(Text)
