"""Our chart drawing what the other sides draw, candles and axes, and no more."""

from ours_side import OurSide


class CandlesSide(OurSide):
    def __init__(self) -> None:
        super().__init__()
        self.window.studies.show(())
        for layer in (self.window.volume, self.window.legend):
            layer.hide()


def make_side() -> CandlesSide:
    return CandlesSide()
