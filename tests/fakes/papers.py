"""A page's side of a document, as `web/src/features/editor` has it, with pycrdt in place of Yjs."""

import base64
import secrets

from pycrdt import Doc, Text

from pythonide_client import Client

Row = tuple[int, bytes]


class Paper:
    """One text in one tab: what was typed and not yet acknowledged, and how far the log was read."""

    def __init__(self, workspace: str, path: str) -> None:
        self.workspace = workspace
        self.path = path
        self.document: str | None = None
        self.writer = secrets.token_hex(16)
        self.cursor = 0
        self.unsaved: list[Row] = []
        self._seq = 0
        self._doc = Doc[Text]()
        self._text = self._doc.get("text", type=Text)

    @property
    def text(self) -> str:
        return str(self._text)

    def type(self, at: int, text: str) -> None:
        """Insert at a character."""
        self._edit(at, 0, text)

    def erase(self, at: int, count: int) -> None:
        self._edit(at, count, "")

    def _edit(self, at: int, count: int, text: str) -> None:
        before, now = self._doc.get_state(), self.text
        start = len(now[:at].encode())
        end = start + len(now[at : at + count].encode())
        with self._doc.transaction():
            if end > start:
                del self._text[start:end]
            if text:
                self._text.insert(start, text)
        self._seq += 1
        self.unsaved.append((self._seq, self._doc.get_update(before)))

    async def open(self, page: Client) -> None:
        """Get what is new, now and from now on; the first time from the path, later by the document's own name."""
        fields = {"document": self.document} if self.document else {}
        opened = await page.ask("document.open", workspace=self.workspace, path=self.path, after=self.cursor, **fields)
        self.document = opened["document"]
        assert opened["after"] == self.cursor
        for update in opened["updates"]:
            self._take(self.cursor + 1, update["update"])
        while self.cursor < opened["end"]:
            await page.receive()
            self.hear(page)

    async def save(self, page: Client) -> int:
        """Send what is unsaved, all of it again that was not acknowledged; return where the last row lies."""
        lsn = 0
        while self.unsaved:
            seq, part = self.unsaved[0][0], self.unsaved[:50]
            updates = [base64.b64encode(update).decode() for _, update in part]
            fields = {"workspace": self.workspace, "document": self.document, "writer": self.writer}
            lsn = (await page.ask("document.append", **fields, seq=seq, updates=updates))["lsn"]
            del self.unsaved[: len(part)]
        self.hear(page)
        return lsn

    async def catch_up(self, page: Client, lsn: int) -> None:
        """Return once everything up to a row is here."""
        self.hear(page)
        while self.cursor < lsn:
            await page.receive()
            self.hear(page)

    async def sees(self, page: Client, text: str) -> None:
        """Return once the text is this one."""
        self.hear(page)
        while self.text != text:
            await page.receive()
            self.hear(page)

    def hear(self, page: Client) -> None:
        """Take the rows among the events of this connection."""
        for event in page.events:
            if event["stream"] == f"document:{self.document}" and event["seq"] > self.cursor:
                self._take(event["seq"], event["update"])

    def _take(self, lsn: int, update: str) -> None:
        assert lsn == self.cursor + 1, f"row {lsn} after {self.cursor}"
        if update:
            self._doc.apply_update(base64.b64decode(update))
        self.cursor = lsn


async def write(page: Client, workspace: str, path: str, text: str) -> Paper:
    """Open a file, make its text this one, and save it."""
    paper = Paper(workspace, path)
    await paper.open(page)
    paper.erase(0, len(paper.text))
    paper.type(0, text)
    await paper.catch_up(page, await paper.save(page))
    return paper
