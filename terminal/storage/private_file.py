"""Small files for their owner alone, replaced whole: a crash leaves the old one or the new one."""

import os
from pathlib import Path

from terminal.domain.causes import cause
from terminal.domain.errors import StorageError
from terminal.storage.flush import flush_folder


def write_private(path: Path, content: bytes) -> None:
    """Replace `path` by `content`; readable by this user only, from the first byte on, and durable at return.

    Raises:
        StorageError: the folder cannot be written.
    """
    draft = path.with_name(f"{path.name}.new")
    try:
        draft.unlink(missing_ok=True)
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        flush_folder(path.parent)
    except OSError as error:
        raise StorageError(
            f"{path} cannot be written ({cause(error)}). Give this user write access to {path.parent} "
            "and check that the disk is not full."
        ) from error
