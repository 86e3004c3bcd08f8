"""Decisions about texts (docs/decisions/0401 to 0403)."""

from tests.undone.undoing import Undoing

LOG = "tests/contract/stores/test_documents.py"
MERGER = "tests/unit/adapters/test_merger.py"
"""In this process: the merger's own does not take another copy of the product."""

TEXTS = (
    Undoing(
        "texts, a row that is sent twice is stored once",
        "src/pythonide/features/documents/log.py",
        "fresh = updates[writer.taken + 1 - seq :]",
        "fresh = updates",
        f"{LOG}::test_rows_are_numbered_per_writer_and_nobody_writes_for_another",
        "AssertionError",
    ),
    Undoing(
        "texts, a gap is refused",
        "src/pythonide/features/documents/log.py",
        "if seq > writer.taken + 1:",
        "if seq < 0:",
        f"{LOG}::test_rows_are_numbered_per_writer_and_nobody_writes_for_another",
        "DID NOT RAISE",
    ),
    Undoing(
        "texts, nobody writes for another",
        "src/pythonide/features/documents/log.py",
        "if writer.user != user:",
        "if not client:",
        f"{LOG}::test_rows_are_numbered_per_writer_and_nobody_writes_for_another",
        "DID NOT RAISE",
    ),
    Undoing(
        "texts, what waits is committed together",
        "src/pythonide/features/documents/log.py",
        "if entry.written is None:\n                    await self._write_queue()",
        "waiting, self._queue = self._queue, [entry]\n"
        "                await self._write_queue()\n"
        "                self._queue = [one for one in waiting if one is not entry]",
        f"{LOG}::test_many_appends_at_once_share_few_commits_and_keep_their_order",
        "AssertionError",
    ),
    Undoing(
        "texts, a change by a program is made against what it had read",
        "src/pythonide/adapters/merger/texts.py",
        "best = min([newest, *(way for way in older if way.grew_into_it)], key=lambda way: way.distance)",
        "best = min([newest], key=lambda way: way.distance)",
        f"{MERGER}::test_the_state_that_a_program_had_read",
        "a program with a stale copy",
    ),
    Undoing(
        "texts, nothing runs that was not seen",
        "src/pythonide/features/documents/materialiser.py",
        "if document is None or document.end > lsn:",
        "if document is None:",
        f"{LOG}::test_a_run_holds_exactly_what_was_seen",
        "started what was not seen",
    ),
    Undoing(
        "texts, an unreadable row stops nothing",
        "src/pythonide/adapters/merger/texts.py",
        "except ValueError:",
        "except ZeroDivisionError:",
        f"{MERGER}::test_what_is_remembered_is_only_used_where_it_fits",
        "ValueError",
    ),
)
