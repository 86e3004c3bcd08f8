"""Rules that give a thing its one place: processes, threads, environment, SQL, commits, moves of a run."""

import ast
import sys

from tools.lint.engine import Example, Found, Module, Rule

SERVER = "src/pythonide/"
FORKS = {"os.fork", "os.forkpty", "os.system", "os.popen", "os.posix_spawn", "os.posix_spawnp", "pty.fork", "pty.spawn"}
SPAWNS = {
    "anyio.open_process",
    "anyio.run_process",
    "asyncio.create_subprocess_exec",
    "asyncio.create_subprocess_shell",
}
PROCESS_MODULES = ("subprocess", "multiprocessing")
THREADS = {"threading.Thread", "threading.Timer", "concurrent.futures.ThreadPoolExecutor"}
ENVIRONMENT = {"os.environ", "os.environb", "os.getenv", "os.putenv"}
DATABASES = ("sqlalchemy", "alembic", "sqlite3", "aiosqlite", "asyncpg")
SQL_PLACES = ("src/pythonide/features/*/store.py", "src/pythonide/persistence/", "src/pythonide/adapters/database.py")
WIRE_NOUNS = {"reply", "stream", "connection", "workspace", "document", "file", "bin", "run"}


def processes(module: Module) -> Found:
    if module.within(SERVER) and not module.within("src/pythonide/adapters/"):
        yield from _uses(module, FORKS | SPAWNS, "starts a process")
        yield from _imports(module, PROCESS_MODULES, "starts processes")


def threads(module: Module) -> Found:
    if module.within(SERVER) and not module.within("src/pythonide/adapters/"):
        yield from _uses(module, THREADS, "starts a thread")


def environment(module: Module) -> Found:
    if module.within(SERVER) and not module.within("src/pythonide/app/settings.py"):
        yield from _uses(module, ENVIRONMENT, "reads or changes the environment")


def sql(module: Module) -> Found:
    if module.within(SERVER) and not module.within(*SQL_PLACES):
        yield from _imports(module, DATABASES, "speaks to the database")


def commits(module: Module) -> Found:
    if module.within(SERVER) and not module.within("src/pythonide/persistence/transaction.py"):
        yield from _methods(module, "commit", "commits")


def moves(module: Module) -> Found:
    if module.within(SERVER) and not module.within("src/pythonide/execution/run.py"):
        yield from _methods(module, "advance", "moves a run's state")


PLOTS = "src/pythonide_sandbox/runner/pythonide_plots.py"
"""Is installed beside matplotlib, in the students' environment, and imported by nothing else."""


def standard_library_only(module: Module) -> Found:
    if not module.within("src/pythonide_sandbox/") or module.within(PLOTS):
        return
    for line, name in module.imports():
        root = name.partition(".")[0]
        if root not in sys.stdlib_module_names and root != "pythonide_sandbox":
            yield line, f"imports {root}"


def wire_words(module: Module) -> Found:
    if not module.within("src/pythonide/protocol/"):
        return
    for node in module.nodes():
        if isinstance(node, ast.keyword) and node.arg == "tag" and isinstance(node.value, ast.Constant):
            noun, dot, verb = str(node.value.value).partition(".")
            if noun not in WIRE_NOUNS or not dot or not verb.replace("_", "").isalpha():
                yield node.value.lineno, f"tag “{node.value.value}” is not noun.verb with a noun of the glossary"


def _uses(module: Module, names: set[str], what: str) -> Found:
    for node in module.nodes():
        if isinstance(node, ast.Name | ast.Attribute) and module.dotted(node) in names:
            yield node.lineno, f"{module.dotted(node)} {what}"


def _imports(module: Module, roots: tuple[str, ...], what: str) -> Found:
    for line, name in module.imports():
        if name.partition(".")[0] in roots:
            yield line, f"{name} {what}"


def _methods(module: Module, method: str, what: str) -> Found:
    for node in module.nodes():
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == method:
            yield node.lineno, f".{method}() {what}"


RULES = [
    Rule(
        "processes-in-adapters",
        "Every child process has one owner that reaps it; those owners are adapters.",
        processes,
        bad=(
            Example("import subprocess\n"),
            Example("import os\nos.fork()\n"),
            Example("from anyio import open_process\nopen_process([])\n"),
        ),
        good=(
            Example("import subprocess\n", "src/pythonide/adapters/environments.py"),
            Example("import os\nos.getpid()\n"),
        ),
    ),
    Rule(
        "threads-in-adapters",
        "One event loop owns our state; a thread is a detail of an adapter.",
        threads,
        bad=(
            Example("import threading\nthreading.Thread(target=f)\n"),
            Example("from concurrent.futures import ThreadPoolExecutor\nThreadPoolExecutor()\n"),
        ),
        good=(Example("import threading\nthreading.Thread(target=f)\n", "src/pythonide/adapters/clock.py"),),
    ),
    Rule(
        "environment-in-settings",
        "Configuration has one typed reader that can say what is missing: app/settings.py.",
        environment,
        bad=(Example("import os\nhome = os.environ['HOME']\n"), Example("from os import getenv\ngetenv('X')\n")),
        good=(Example("import os\nos.environ.get('X')\n", "src/pythonide/app/settings.py"),),
    ),
    Rule(
        "sql-in-stores",
        "Whoever looks for a query looks in store.py, tables and migrations only.",
        sql,
        bad=(
            Example("from sqlalchemy import select\n"),
            Example("import sqlite3\n", "src/pythonide/edge/http/auth.py"),
        ),
        good=(Example("from sqlalchemy import select\n", "src/pythonide/features/runs/store.py"),),
    ),
    Rule(
        "commit-in-transaction",
        "Events are sent only after a commit, so there is one place that commits.",
        commits,
        bad=(Example("async def f(session):\n    await session.commit()\n"),),
        good=(
            Example("async def f(session):\n    await session.commit()\n", "src/pythonide/persistence/transaction.py"),
        ),
    ),
    Rule(
        "moves-in-run",
        "The driver alone moves a run's state; everyone else reads it or asks it to stop.",
        moves,
        bad=(Example("run.advance(RunState.STOPPING)\n", "src/pythonide/execution/supervisor.py"),),
        good=(Example("self.advance(RunState.STOPPING)\n", "src/pythonide/execution/run.py"),),
    ),
    Rule(
        "sandbox-standard-library",
        "What runs inside the sandbox must start in any Python, with nothing of ours or anybody's beside it.",
        standard_library_only,
        bad=(
            Example("import msgspec\n", "src/pythonide_sandbox/wire.py"),
            Example("from pythonide.domain import ids\n", "src/pythonide_sandbox/runner/main.py"),
        ),
        good=(Example("import os\nfrom pythonide_sandbox import wire\n", "src/pythonide_sandbox/launcher.py"),),
    ),
    Rule(
        "wire-words",
        "One word has one meaning in code, wire, page and docs.",
        wire_words,
        bad=(
            Example("class A(Command, tag='kernel.start'): pass\n", "src/pythonide/protocol/commands/run.py"),
            Example("class A(Command, tag='start'): pass\n", "src/pythonide/protocol/commands/run.py"),
        ),
        good=(Example("class A(Command, tag='run.start'): pass\n", "src/pythonide/protocol/commands/run.py"),),
    ),
]
