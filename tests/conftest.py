"""What holds for every test: no display, no network beyond this machine, no keyring, nothing left running."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the program: small matrices gain nothing by threads

import gc
import ipaddress
import socket
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# The same examples in every run: a build must not turn red by luck. New ones: HYPOTHESIS_PROFILE=search.
settings.register_profile("repeatable", derandomize=True, deadline=None, print_blob=True)
settings.register_profile("search", deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))

sys.path.insert(0, str(Path(__file__).parent))  # tests import their helpers as `helpers.x`

_connect = socket.socket.connect


def delete_what_is_due() -> None:
    """Carry out each `deleteLater` of a test at its end.

    Without an event loop Qt puts them off until the next one runs: hundreds of half collected
    widgets would go in the middle of a later test.
    """
    if "PySide6.QtWidgets" in sys.modules:
        from PySide6.QtCore import QCoreApplication, QEvent

        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def pytest_addoption(parser: pytest.Parser) -> None:
    """What `dev.py pictures` asks for."""
    parser.addoption("--record-pictures", action="store_true", help="record the panels as they look now")
    parser.addoption("--picture-page", help="write a page with recorded and present pictures side by side")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log):
    """Share the tests out our way when they are run the way dev.py runs them."""
    if config.getoption("dist") != "loadscope":
        return None
    from helpers.shares import ShareScheduling

    config.option.loadscopereorder = False  # the order is ours, see below
    return ShareScheduling(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with the long shares when the tests are shared out; one process runs them as they are listed."""
    if hasattr(config, "workerinput"):
        from helpers.shares import turn_of

        items.sort(key=lambda item: turn_of(item.nodeid))


def pytest_terminal_summary(terminalreporter) -> None:
    """Print what storm and whole day counted: this process hears of every chunk, whichever process ran it."""
    from helpers.storm_figures import OTHER_VENUES, day_line, storm_line

    reports = [each for name in ("passed", "failed") for each in terminalreporter.stats.get(name, ())]
    told = [dict(each.user_properties) for each in reports if each.when == "call"]
    lines = [storm_line(each.get("storm", {}) for each in told)]
    lines += [storm_line((each.get(f"storm {name}", {}) for each in told), name) for name in OTHER_VENUES]
    for words in (*lines, day_line(each.get("day", {}) for each in told)):
        if words:
            terminalreporter.write_line(words)


def _loopback_only(self: socket.socket, address):
    if self.family in {socket.AF_INET, socket.AF_INET6}:
        host = address[0]
        if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
            raise AssertionError(f"a test tried to reach {host}; only this machine is allowed")
    return _connect(self, address)


@pytest.fixture(scope="session", autouse=True)
def _collect_on_the_main_thread() -> Iterator[None]:
    """As in the program: a collection in a worker thread would destroy Qt objects there."""
    gc.disable()
    yield
    gc.enable()


@pytest.fixture(autouse=True)
def _collect_after_each_test() -> Iterator[None]:
    yield
    delete_what_is_due()
    gc.collect(1)


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket.socket, "connect", _loopback_only)


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test gets a fresh home for profiles, so that none finds another's journal."""
    monkeypatch.setenv("ALPHADESK_HOME", str(tmp_path_factory.mktemp("home")))


@pytest.fixture(autouse=True)
def _no_thread_left() -> Iterator[None]:
    """Fail a test that leaves a thread running."""
    before = set(threading.enumerate())
    yield
    left = [thread for thread in threading.enumerate() if thread not in before and thread.is_alive()]
    left = [thread for thread in left if not thread.name.startswith(("asyncio_", "ThreadPoolExecutor", "Dummy"))]
    for thread in left:
        thread.join(timeout=60)
    still = [thread.name for thread in left if thread.is_alive()]
    assert not still, f"threads left running: {still}"
