"""Every difference that is left between a run and plain Python, with its reason; `docs/reference/differences.md` is this table.

A program named here must differ, and must be alike once what is permitted is taken out of both texts.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "differences.md"
_HEAD = """\
# Where a run differs from plain Python

A run is compared with `python script.py`, and its prompt with `python -i script.py`, on the same terminal, by the programs in
`tests/differential/programs`: same text, byte for byte, same exit code, same files left behind. What differs is listed here, and nothing else may.
This page is made from `tests/differential/permitted.py`: `python -m tests.differential.permitted`.
"""
_TAIL = """
## Not a difference, but not like at home

What every program finds here, however it is started: one environment of variables, made from nothing (UTF-8, `TERM`, one thread for
numerical libraries, no byte code written beside the sources); no network; limits of memory, processor time, processes and files;
`/workspace` as its folder and a `/tmp` of its own.
"""


@dataclass(frozen=True)
class Difference:
    """One difference; `programs` show it, `alike` takes it out of a text. Without programs it shows in no single text."""

    title: str
    plain: str
    here: str
    reason: str
    programs: tuple[str, ...] = ()
    alike: Callable[[str], str] = lambda text: text


def _without(pattern: str) -> Callable[[str], str]:
    expression = re.compile(pattern, re.MULTILINE)
    return lambda text: expression.sub("", text)


_OUTER = r'^ *(File "<string>", line \d+, in <module>|<string>\(\d+\)<module>\(\))\n'
_DEPTH = r"(?<=repeated )\d+(?= more times)|^9\d\d$"
_COLOUR = r"\x1b\[[0-9;]*m"
_EXIT_TRACE = r"^Traceback \(most recent call last\):\n(?:  .*\n)+SystemExit(?:(?:: \d+)?\n|: )"


def _sorted(text: str) -> str:
    return "\n".join(sorted(text.splitlines()))


DIFFERENCES = (
    Difference(
        "One frame below the program",
        "The program's first frame is the outermost one.",
        "One more frame, `<string>`, lies below it: `traceback.print_stack()` and a debugger's `w` show it, and the deepest recursion is one or two calls less deep. Tracebacks do not show it.",
        "The interpreter was warm before it knew the program, so something in Python called it; Python has no way to begin anew at the bottom.",
        (
            "state_outer_frames",
            "recursion_exact_depth",
            "traceback_long_recursion",
            "prompt_recursion",
            "prompt_errors_in_typed_functions",
            "debugger",
        ),
        lambda text: _without(_DEPTH)(_without(_OUTER)(text)),
    ),
    Difference(
        "`sys.exit()` in a script is silent before the prompt",
        "`python -i` prints a traceback that ends in `SystemExit`.",
        "Nothing is printed but the message, if it was given one, as `python script.py` does; the exit code stands in the page.",
        "A program that ends itself as it should has not failed, and a red traceback says to a beginner that it has.",
        ("prompt_after_exit", "prompt_after_message_exit"),
        lambda text: _without(_EXIT_TRACE)(_without(_COLOUR)(text)),
    ),
    Difference(
        "More modules are imported already",
        "`sys.modules` holds what the interpreter and the script have imported.",
        "It also holds what the warm interpreter has imported, and the package `pythonide_sandbox`. What a file beside the script shadows is taken from there all the same.",
        "Modules that are there already are why a run starts at once.",
        ("state_imports", "shadow_state_cold"),
        _without(r"^(True|False)( (True|False))+$|^(pythonide_sandbox.*|linecache)\n"),
    ),
    Difference(
        "The order in which the last objects are deleted",
        "Objects that are alive when the interpreter ends are deleted in an order that Python does not define.",
        "The same objects are deleted, sometimes in another order.",
        "The order follows the whole heap, which in a warm interpreter is another one.",
        ("deleted_objects", "deleted_objects_then_prompt"),
        _sorted,
    ),
    Difference(
        "Warnings about objects that are deleted last name the runner",
        "`ResourceWarning`s that come while the interpreter ends are said to be of `sys:1`.",
        "They name a line of the runner.",
        "The end is done in Python: the interpreter's own would go through all that was imported, for a fifth of a second.",
        ("deleted_unclosed_file",),
        _without(
            r"^(sys:1|<sys>:0|/opt/pythonide\S+:\d+)(?=: ResourceWarning)|^  .*\n|^ResourceWarning: Enable tracemalloc.*\n"
        ),
    ),
    Difference(
        "A descriptor above the first hundred",
        "Descriptors 0, 1 and 2 are open.",
        "So is one from 100 on, on which the run tells the page of figures and of its end; child processes do not get it.",
        "Standard output belongs to the program alone.",
        ("subprocess_descriptors",),
        _without(r"(?<=^\[0, 1, 2), 3(?=\]$)"),
    ),
    Difference(
        "The seed of hashes",
        "`hash('a')` is another number at each start.",
        "It is the same in all runs until the warm interpreter is replaced; child processes have their own.",
        "Python chooses the seed when it starts, and the interpreter has started.",
    ),
    Difference(
        "The prompt of Python 3.13 and later",
        "`python -i` offers a prompt with colours and lines that are edited as one block.",
        "The prompt is the one that `PYTHON_BASIC_REPL=1` gives, which is that of Python 3.11 and 3.12.",
        "The page has a field for input that keeps its own history; the new prompt draws its lines with codes for a terminal.",
    ),
    Difference(
        "No marks around what is pasted",
        "The prompt asks the terminal to put marks around what is pasted.",
        "It does not.",
        "The page sends whole lines.",
    ),
    Difference(
        "Figures",
        "`plt.show()` opens a window and waits until it is closed.",
        "The figure appears in the page and is closed, and the program goes on; figures left open when the script or a command at the prompt ends are shown then. What drawing warns of is printed when a figure is shown.",
        "There is no screen but the page, and nobody closes its windows.",
        ("science_plot_show", "science_plot_then_prompt", "science_plot_unicode"),
        _without(r"(?<=\[)1?(?=\]$)|^\S+pythonide_plots.py:\d+: UserWarning.*\n  .*\n"),
    ),
    Difference(
        "Variables that libraries read when they are imported",
        "`os.environ['OMP_NUM_THREADS'] = '2'` before `import numpy` has an effect.",
        "It has none for numpy, pandas and matplotlib, which were imported before, with one thread.",
        "A script that imports them starts in milliseconds because they are there.",
    ),
)


def permitted_for(program: str) -> list[Difference]:
    """Return the differences that a program may show."""
    return [difference for difference in DIFFERENCES if program in difference.programs]


def page() -> str:
    """Return the page of the reference."""
    parts = [_HEAD]
    for difference in DIFFERENCES:
        proofs = ", ".join(f"`{name}`" for name in difference.programs)
        parts += [
            f"\n## {difference.title}\n",
            f"- Python: {difference.plain}",
            f"- Here: {difference.here}",
            f"- Why: {difference.reason}",
            *([f"- Seen in: {proofs}."] if proofs else []),
        ]
    return "\n".join(parts) + "\n" + _TAIL


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
