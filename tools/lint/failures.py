"""Rules about what must not be hidden: failures, cancellation, excuses."""

import ast
import io
import re
import tokenize

from tools.lint.engine import Example, Found, Module, Rule

PRODUCT = ("src/pythonide/", "src/pythonide_client/", "tools/", "benchmarks/")
BROAD = {"Exception", "BaseException"}
CANCELLED = {"asyncio.CancelledError", "CancelledError", "anyio.get_cancelled_exc_class"}
EXCUSE = re.compile(r"#\s*(?P<kind>noqa|pyright:\s*ignore|type:\s*ignore)(?P<rest>[^#]*(#.*)?)", re.IGNORECASE)
GIVEN = re.compile(r"^(:\s*[A-Z]+\d+(,\s*[A-Z]+\d+)*|\[[\w, -]+\])\s*(#|-|:)\s*\S.{2,}")


def suppress_exception(module: Module) -> Found:
    if not module.within(*PRODUCT):
        return
    for call, name in module.calls():
        if name == "contextlib.suppress" and any(module.dotted(kind) in BROAD for kind in call.args):
            yield call.lineno, "suppress() of every exception"


def swallowed_cancellation(module: Module) -> Found:
    if not module.within(*PRODUCT):
        return
    for node in module.nodes():
        if isinstance(node, ast.ExceptHandler) and node.type is not None and _catches_cancellation(module, node.type):
            if not any(isinstance(inner, ast.Raise) for inner in ast.walk(node)):
                yield node.lineno, "cancellation is caught and not raised again"


def _catches_cancellation(module: Module, kind: ast.expr) -> bool:
    kinds = kind.elts if isinstance(kind, ast.Tuple) else [kind]
    return any(module.dotted(one.func if isinstance(one, ast.Call) else one) in CANCELLED for one in kinds)


def bare_excuse(module: Module) -> Found:
    for token in tokenize.generate_tokens(io.StringIO(module.text).readline):
        if token.type == tokenize.COMMENT and (excuse := EXCUSE.search(token.string)):
            if not GIVEN.match(excuse["rest"].strip() if excuse["rest"] else ""):
                yield (
                    token.start[0],
                    f"“{token.string}” needs a code and a reason: `# noqa: S311 - why it is right here`",
                )


RULES = [
    Rule(
        "suppress-exception",
        "A blanket suppress hides the failure that matters; name the exceptions that may happen.",
        suppress_exception,
        bad=(
            Example("from contextlib import suppress\nwith suppress(Exception):\n    work()\n"),
            Example("import contextlib\nwith contextlib.suppress(OSError, BaseException):\n    work()\n"),
        ),
        good=(Example("from contextlib import suppress\nwith suppress(ProcessLookupError):\n    work()\n"),),
    ),
    Rule(
        "swallowed-cancellation",
        "Stop is cancellation: whoever swallows it keeps a stopped run alive.",
        swallowed_cancellation,
        bad=(
            Example(
                "import asyncio\nasync def f():\n    try:\n        await g()\n    except asyncio.CancelledError:\n        return\n"
            ),
            Example("import anyio\ntry:\n    work()\nexcept (OSError, anyio.get_cancelled_exc_class()):\n    pass\n"),
        ),
        good=(Example("import asyncio\ntry:\n    work()\nexcept asyncio.CancelledError:\n    tidy()\n    raise\n"),),
    ),
    Rule(
        "bare-excuse",
        "An exemption without a code hides more than was meant; without a reason nobody dares to remove it.",
        bare_excuse,
        bad=(
            Example("x = f()  # noqa\n"),
            Example("x = f()  # noqa: S311\n"),
            Example("x = f()  # pyright: ignore\n"),
            Example("x = f()  # pyright: ignore[reportUnknownVariableType]\n"),
        ),
        good=(
            Example("x = f()  # noqa: S311 - a shuffled seating plan is no secret\n"),
            Example("x = f()  # pyright: ignore[reportPrivateUsage] - the library has no public name for it\n"),
            Example("text = 'see # noqa for more'\n"),
        ),
    ),
]
