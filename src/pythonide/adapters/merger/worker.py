"""The merger's own process: answers one request after the other on its standard streams until they close.

It reads what students' pages wrote, so it has no more rights than it needs: it writes no file and has bounded memory.
"""

import resource
import sys
from typing import BinaryIO, assert_never

from pythonide.adapters.merger import texts
from pythonide.adapters.merger.wire import LENGTH, Answer, Began, Begin, Merge, Render, Request, framed, read_request

MEMORY_BYTES = 2 << 30


def answer(request: Request, memory: texts.Memory) -> Answer:
    """Return the answer to one request."""
    match request:
        case Begin():
            return Began(texts.begin(request.text))
        case Render():
            return memory.render(request.document, request.after, request.updates)
        case Merge():
            return texts.merge(request.updates, request.bases, request.text)
        case _:
            assert_never(request)


def serve(source: BinaryIO, target: BinaryIO) -> None:
    """Answer until `source` ends."""
    memory = texts.Memory()
    while len(head := source.read(LENGTH.size)) == LENGTH.size:
        request = read_request(source.read(LENGTH.unpack(head)[0]))
        target.write(framed(answer(request, memory)))
        target.flush()


def hold() -> None:
    """Give up what is not needed."""
    for limit, value in ((resource.RLIMIT_AS, MEMORY_BYTES), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0)):
        resource.setrlimit(limit, (value, value))


if __name__ == "__main__":
    hold()
    serve(sys.stdin.buffer, sys.stdout.buffer)
