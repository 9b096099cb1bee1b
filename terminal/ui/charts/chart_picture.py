"""A picture of the charts into a file of the profile; the disk is another thread's."""

from pathlib import Path
from threading import Thread
from typing import Final

from PySide6.QtCore import QBuffer, QIODevice, QObject, Signal
from PySide6.QtGui import QImage

from terminal.domain.causes import cause
from terminal.domain.errors import StorageError
from terminal.storage.private_file import write_private

_MOST_OF_A_NAME: Final = 1_000


class PictureKeeper(QObject):
    """Writes PNG files into one folder.

    Signals:
        kept (str): a picture lies in this file.
        failed (str): words about a picture that could not be written.
    """

    kept = Signal(str)
    failed = Signal(str)

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        """`folder` is made with the first picture."""
        super().__init__(parent)
        self._folder = folder

    def keep(self, picture: QImage, name: str) -> None:
        """Write a picture; a number is added to a name that is taken."""
        Thread(target=self._on_disk, args=(picture, name), name="chart picture").start()

    def _on_disk(self, picture: QImage, name: str) -> None:
        """Runs on the writer's thread; the signals cross to this object's own."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            path = self._free(name)
            write_private(path, png_of(picture))
        except StorageError as error:
            self.failed.emit(f"The picture was not kept: {error}")
        except OSError as error:
            self.failed.emit(f"The picture was not kept: {self._folder} cannot be made ({cause(error)}).")
        else:
            self.kept.emit(str(path))

    def _free(self, name: str) -> Path:
        wanted = [self._folder / f"{name}.png"]
        wanted += [self._folder / f"{name}-{number}.png" for number in range(2, _MOST_OF_A_NAME)]
        return next((path for path in wanted if not path.exists()), wanted[0])


def png_of(picture: QImage) -> bytes:
    """Give a picture as PNG.

    Raises:
        StorageError: there is nothing to write.
    """
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not picture.save(buffer, "PNG"):  # type: ignore[call-overload]  # the stub wants bytes, Qt wants text
        raise StorageError("the picture is empty. Make the chart larger and try again.")
    return bytes(buffer.data().data())
