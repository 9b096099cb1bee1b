"""What a person put on a chart: indicators with their numbers and colours, kept for each pair."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Self

from terminal.domain.causes import cause
from terminal.domain.instrument import InstrumentId
from terminal.ui.charts.studies.inks import INKS
from terminal.ui.charts.studies.kinds import BY_KEY, Kind

SECTION: Final = "indicators"
MOST: Final = 12
MOST_PANES: Final = 4
EVERY_PAIR: Final = "every pair"


@dataclass(frozen=True, slots=True)
class Study:
    """One indicator on a chart: a value for each parameter of its kind, a colour for each line."""

    key: str
    values: tuple[float, ...]
    inks: tuple[str, ...]

    @classmethod
    def plain(cls, key: str) -> Self:
        """Give one as it is built in."""
        kind = BY_KEY[key]
        return cls(key, tuple(item.value for item in kind.parameters), tuple(line.ink for line in kind.lines))

    @property
    def kind(self) -> Kind:
        return BY_KEY[self.key]

    @property
    def name(self) -> str:
        """Its short name with its numbers, as `EMA 21`."""
        shown = [value for at, value in enumerate(self.values) if at not in self.kind.guide_parameters]
        return " ".join((self.kind.short, " ".join(f"{value:g}" for value in shown))).rstrip()

    @property
    def guides(self) -> tuple[float, ...]:
        return (*self.kind.guides, *(self.values[at] for at in self.kind.guide_parameters))

    def refusal(self) -> str:
        """Words about numbers that cannot be drawn; "" when they can."""
        for parameter, value in zip(self.kind.parameters, self.values, strict=True):
            if not parameter.accepts(value):
                whole = "a whole number from " if float(parameter.step).is_integer() else ""
                return f"{parameter.name}: {whole}{parameter.least:g} to {parameter.most:g}."
        return self.kind.rule(self.values) if self.kind.rule is not None else ""

    def as_plain(self) -> dict[str, Any]:
        return {"kind": self.key, "values": list(self.values), "colours": list(self.inks)}

    @classmethod
    def from_plain(cls, kept: Any) -> Self:
        """Read one.

        Raises:
            ValueError: it holds something this version does not offer.
        """
        try:
            made = cls(kept["kind"], tuple(map(float, kept["values"])), tuple(kept["colours"]))
            kind = made.kind
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"an indicator that was kept is not known here: {cause(error)}") from error
        fits = len(made.values) == len(kind.parameters) and len(made.inks) == len(kind.lines)
        if not fits or not all(ink in INKS for ink in made.inks) or made.refusal():
            raise ValueError(f"the kept {kind.short} has numbers or colours that are not offered")
        return made


Studies = tuple[Study, ...]

BUILT_IN: Final[Studies] = (Study("ema", (21,), ("blue",)), Study("ema", (55,), ("amber",)))


def room_for(studies: Studies, kind: Kind) -> bool:
    """True when one more of a kind can be put on the chart."""
    panes = sum(study.kind.own_pane for study in studies)
    return len(studies) < MOST and not (kind.own_pane and panes >= MOST_PANES)


def with_new(studies: Studies, key: str) -> Studies:
    """Add one as built in; a second of its kind takes a colour that no line has yet."""
    made = Study.plain(key)
    taken = {ink for study in studies for ink in study.inks}
    if made.inks[0] in taken and len(made.inks) == 1:
        free = next((ink for ink in INKS if ink not in taken), made.inks[0])
        made = replace(made, inks=(free,))
    return (*studies, made)


def studies_of(section: Mapping[str, Any], instrument_id: InstrumentId) -> Studies:
    """Give a pair's indicators: its own, else those kept for every pair, else the built-in ones.

    Raises:
        ValueError: what was kept cannot be used.
    """
    kept = section.get(instrument_id, section.get(EVERY_PAIR))
    if kept is None:
        return BUILT_IN
    if not isinstance(kept, list) or len(kept) > MOST:
        raise ValueError(f"the kept indicators of {instrument_id} are no list of at most {MOST}")
    return tuple(map(Study.from_plain, kept))


def section_with(section: Mapping[str, Any], instrument_id: InstrumentId, studies: Studies) -> dict[str, Any]:
    """Keep a pair's own indicators."""
    return {**section, instrument_id: [study.as_plain() for study in studies]}


def section_for_all(studies: Studies) -> dict[str, Any]:
    """Keep these for every pair, whatever each had; nothing when they are the built-in ones."""
    return {} if studies == BUILT_IN else {EVERY_PAIR: [study.as_plain() for study in studies]}
