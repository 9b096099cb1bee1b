"""Our chart as anybody opens it, without a single indicator: what indicators are measured against."""

from ours_side import OurSide


class BareSide(OurSide):
    def __init__(self) -> None:
        super().__init__()
        self.window.studies.show(())


def make_side() -> BareSide:
    return BareSide()
