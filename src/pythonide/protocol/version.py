"""The version of the wire; this comment is its history.

1  (first) connection, workspace, file, document and run commands; binary terminal frames.
2  documents are logs of updates: `document.open` and `document.append` for `document.save`, `run.start` names rows in `seen`.
   A page of version 1 could only save over what others type, so it is asked to load again.
"""

from typing import Final

VERSION: Final = 2
SUPPORTED: Final = (2,)
"""What the server speaks: the present version and, once there is one, the previous."""
