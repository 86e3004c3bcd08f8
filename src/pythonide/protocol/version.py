"""The version of the wire; this comment is its history.

1  (first) connection, workspace, file, document and run commands; binary terminal frames.
"""

from typing import Final

VERSION: Final = 1
SUPPORTED: Final = (1,)
"""What the server speaks: the present version and, once there is one, the previous."""
