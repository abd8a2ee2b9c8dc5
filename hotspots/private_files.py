"""Files that only their owner can read: the one place where a command opens a file to write.

Lists of places, incidents as known on a day and rejected records hold what the public may not see, and a command does not know who else
has an account on the machine. Who may read a file is for its owner to say (``chmod``).
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO


def open_private(path: Path) -> BinaryIO:
    """Open a new file for writing, 0600 from its first moment; one of that name is removed first, whoever may read it."""
    path.unlink(missing_ok=True)
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
