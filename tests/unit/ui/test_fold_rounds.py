"""Parts whose heights are not what they were said to be settle: a fold never swaps them for ever."""

from terminal.ui.widgets.fold import Fold, Part


class Panel:
    """What it needs is known one look late, as in a window whose layouts are nested."""

    def __init__(self, heights):
        self.heights, self.shown, self.changes = heights, [True] * len(heights), 0
        self.known_px = 0
        self.fold = Fold([Part(lambda at=at: self.heights[at], lambda on, at=at: self.show(at, on)) for at in range(3)])

    def show(self, at, on):
        self.shown[at] = on
        self.changes += 1

    def look(self, height_px):
        needed, self.known_px = self.known_px, self.needed_px()
        self.fold.fit(height_px, needed or self.known_px)

    def needed_px(self):
        return 100 + sum(height for height, on in zip(self.heights, self.shown, strict=True) if on)


def test_it_comes_to_rest_though_what_is_needed_is_told_late():
    panel = Panel([20, 60, 30])
    for _ in range(20):
        panel.look(170)
    changes = panel.changes
    for _ in range(20):
        panel.look(170)
    assert panel.changes == changes
    assert panel.needed_px() <= 170


def test_room_that_comes_back_is_used():
    panel = Panel([20, 60, 30])
    for height in (120, 300):
        for _ in range(20):
            panel.look(height)
    assert panel.shown == [True, True, True]
