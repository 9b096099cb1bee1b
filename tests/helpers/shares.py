"""How the tests are shared out to several processes: what belongs together, and what begins first.

A file is one share, because its tests use one exchange or one fitted model. The files named
here hold long tests that each stand alone, so each test is a share of its own.
"""

from typing import Final

from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

EACH_ALONE: Final = (
    "tests/simulation/test_storm.py",
    "tests/simulation/test_storm_venues.py",
    "tests/e2e/test_closing.py",
    "tests/e2e/test_modes.py",
    "tests/e2e/test_sigkill.py",
)
# Folders in the order they begin. What mostly waits comes first and what mostly computes after it,
# so that both go on side by side; short files fill what is left at the end.
ORDER: Final = ("tests/e2e/", "tests/simulation/", "tests/peers/", "tests/conformance/", "tests/qt/")


def share_of(test: str) -> str:
    """Give the share a test belongs to; `test` is its id, like `tests/unit/test_x.py::test_y[3]`."""
    file = test.partition("::")[0]
    return test if file in EACH_ALONE else file


def turn_of(test: str) -> int:
    """Give when a test begins: small numbers first."""
    return next((turn for turn, folder in enumerate(ORDER) if test.startswith(folder)), len(ORDER))


class ShareScheduling(LoadScopeScheduling):
    """Hands out shares as processes become free, in the order of the collection."""

    def _split_scope(self, nodeid: str) -> str:
        return share_of(nodeid)

    def remove_node(self, node: WorkerController) -> str | None:
        """Take back what a process that ended has not run; give the test it died in, which failed with it.

        xdist's own way hands finished shares out again, and then every process waits for ever.
        """
        tests = [each for share in self.assigned_work.pop(node).values() for each in share.items()]
        left = [test for test, is_done in tests if not is_done]
        for test in left[1:]:
            self.workqueue.setdefault(share_of(test), {})[test] = False
        for other in self.assigned_work:
            self._reschedule(other)
        return left[0] if left else None
