"""The SQL of runs: leases of slots, and the durable record of every run."""

import logging
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from pythonide.domain.ids import RunId, UserId, WorkspaceId
from pythonide.domain.paths import WorkspacePath
from pythonide.domain.runs import EndReason, Outcome, RunState
from pythonide.persistence.tables import NodeRow, RunRow, SlotRow
from pythonide.persistence.transaction import Transaction, Transactions
from pythonide.ports import RunRecord, SlotLease

log = logging.getLogger(__name__)

# Built once: building and comparing a statement takes longer than running it.
_OPEN = insert(RunRow)
_CLOSE = (
    update(RunRow)
    .where(RunRow.id == bindparam("its_run"), RunRow.node_id == bindparam("its_node"))
    .where(RunRow.node_epoch == bindparam("its_epoch"), RunRow.state != RunState.FINISHED)
    .values(state=RunState.FINISHED, phase=None)
    .values({name: bindparam(name) for name in ("ended_at", "reason", "limit_hit", "exit_code")})
    .values({name: bindparam(name) for name in ("cpu_seconds", "peak_memory_bytes", "incident")})
)


class RunStore:
    """Implements the `Slots` and `RunJournal` ports for one node and epoch.

    No run survives a power cut, so none waits for the disk: what the last moments wrote may be lost with the runs.
    """

    def __init__(self, transactions: Transactions, node: str, epoch: int) -> None:
        self._transactions = transactions
        self._node = node
        self._epoch = epoch

    async def acquire(self, user: UserId, workspace: WorkspaceId, file: WorkspacePath, run: RunId) -> SlotLease:
        """Take the slot over from whatever held it; the lease's epoch is one more than any before."""
        async with self._transactions.begin(may_be_lost=True) as transaction:
            epoch = await _take(transaction, user, workspace, file, run)
        return SlotLease(user, workspace, file, run, epoch)

    async def release(self, lease: SlotLease) -> bool:
        """Free the slot if the lease is the current one; a late release changes nothing and is logged."""
        async with self._transactions.begin(may_be_lost=True) as transaction:
            freed = await transaction.connection.execute(
                update(SlotRow)
                .where(*_slot(lease.user, lease.workspace, lease.file), SlotRow.epoch == lease.epoch)
                .where(SlotRow.run_id == lease.run)
                .values(run_id=None)
            )
        current = freed.rowcount == 1
        if not current:
            log.warning("late release of a slot", extra={"run": lease.run, "epoch": lease.epoch})
        return current

    async def holder(self, user: UserId, workspace: WorkspaceId, file: WorkspacePath) -> RunId | None:
        """Return the run that holds the slot now."""
        async with self._transactions.read() as connection:
            run = await connection.scalar(select(SlotRow.run_id).where(*_slot(user, workspace, file)))
        return RunId(run) if run else None

    async def opened(self, record: RunRecord) -> None:
        """Record that a run was admitted on this node."""
        async with self._transactions.begin(may_be_lost=True) as transaction:
            await transaction.connection.execute(
                _OPEN,
                {
                    "id": record.run,
                    "user_id": record.user,
                    "workspace_id": record.workspace,
                    "file": record.file.text,
                    "node_id": self._node,
                    "node_epoch": self._epoch,
                    "state": record.state,
                    "phase": record.phase,
                    "created_at": record.created_at,
                },
            )

    async def closed(self, run: RunId, outcome: Outcome, at: datetime) -> None:
        """Record how it ended; a node that was declared dead in the meantime changes nothing."""
        async with self._transactions.begin(may_be_lost=True) as transaction:
            await transaction.connection.execute(
                _CLOSE,
                {
                    "its_run": run,
                    "its_node": self._node,
                    "its_epoch": self._epoch,
                    "ended_at": at,
                    "reason": outcome.reason,
                    "limit_hit": outcome.limit,
                    "exit_code": outcome.exit_code,
                    "cpu_seconds": outcome.usage.cpu_seconds,
                    "peak_memory_bytes": outcome.usage.peak_memory_bytes,
                    "incident": outcome.incident,
                },
            )

    async def sweep_lost(self, at: datetime) -> int:
        """Mark this node's runs of earlier epochs as lost and free their slots; return how many there were."""
        async with self._transactions.begin() as transaction:
            connection = transaction.connection
            mine = (RunRow.node_id == self._node, RunRow.node_epoch < self._epoch, RunRow.state != RunState.FINISHED)
            lost = select(RunRow.id).where(*mine)
            await connection.execute(update(SlotRow).where(SlotRow.run_id.in_(lost)).values(run_id=None))
            swept = await connection.execute(
                update(RunRow)
                .where(*mine)
                .values(state=RunState.FINISHED, phase=None, ended_at=at, reason=EndReason.LOST)
            )
        return swept.rowcount

    async def outcome(self, run: RunId) -> EndReason | None:
        """Return why a run ended; `None` while it lives, or if there is no such run."""
        async with self._transactions.read() as connection:
            reason = await connection.scalar(select(RunRow.reason).where(RunRow.id == run))
        return EndReason(reason) if reason else None


async def open_epoch(transactions: Transactions, node: str, lease_until: datetime) -> int:
    """Return this node's next epoch: what its earlier life says from now on is refused."""
    async with transactions.begin() as transaction:
        connection = transaction.connection
        renewed = update(NodeRow).where(NodeRow.id == node).values(epoch=NodeRow.epoch + 1, lease_until=lease_until)
        epoch = await connection.scalar(renewed.returning(NodeRow.epoch))
        if epoch is None:
            epoch = 1
            await connection.execute(insert(NodeRow).values(id=node, epoch=epoch, lease_until=lease_until))
    return epoch


async def _take(transaction: Transaction, user: UserId, workspace: WorkspaceId, file: WorkspacePath, run: RunId) -> int:
    connection = transaction.connection
    insertion = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    row = insertion(SlotRow).values(user_id=user, workspace_id=workspace, file=file.text, run_id=run, epoch=1)
    taken = row.on_conflict_do_update(
        index_elements=[SlotRow.user_id, SlotRow.workspace_id, SlotRow.file],
        set_={"run_id": run, "epoch": SlotRow.epoch + 1},
    )
    return (await connection.execute(taken.returning(SlotRow.epoch))).scalar_one()


def _slot(user: UserId, workspace: WorkspaceId, file: WorkspacePath) -> tuple[ColumnElement[bool], ...]:
    return (SlotRow.user_id == user, SlotRow.workspace_id == workspace, SlotRow.file == file.text)
