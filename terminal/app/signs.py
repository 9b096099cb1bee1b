"""What this machine's desktop does for a notification: a message at the tray, and a sound."""

from typing import Final

from PySide6.QtCore import QObject
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QSystemTrayIcon, QWidget

from terminal.domain.notification import NoticeChannel, NotificationRaised
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.widgets.plain_text import visible

SHOWN_MS: Final = 12_000
_Icon = QSystemTrayIcon.MessageIcon


class DesktopSigns(QObject):
    """Serves the channels tray and sound.

    Attributes:
        tray: None where there is none.
    """

    def __init__(self, desk: Desk, window: QWidget, icon: QIcon, name: str) -> None:
        super().__init__(window)
        self._window = window
        self.tray: QSystemTrayIcon | None = None
        if QSystemTrayIcon.isSystemTrayAvailable():
            self.tray = QSystemTrayIcon(icon, self)
            self.tray.setToolTip(name)
            self.tray.activated.connect(lambda _reason: self._to_front())
            self.tray.messageClicked.connect(self._to_front)
            self.tray.show()
        desk.notified.connect(self.take)

    def take(self, raised: NotificationRaised) -> None:
        """Show and sound what is asked for on these channels."""
        notification = raised.notification
        if NoticeChannel.TRAY in raised.channels and self.tray is not None:
            icon = _Icon.Critical if notification.kind.is_alarm else _Icon.Information
            self.tray.showMessage(notification.title, visible(notification.text), icon, SHOWN_MS)
        if NoticeChannel.SOUND in raised.channels:
            QApplication.beep()  # the desktop's own alert; QtMultimedia is not part of what is packaged

    def close(self) -> None:
        if self.tray is not None:
            self.tray.hide()

    def _to_front(self) -> None:
        self._window.showNormal() if self._window.isMinimized() else self._window.show()
        self._window.raise_()
        self._window.activateWindow()
