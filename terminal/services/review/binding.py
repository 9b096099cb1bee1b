"""What an approval is bound to, fixed when a card is drafted."""

from dataclasses import dataclass

from terminal.domain.approval import ApprovalSettings, DeskMode, PriceBand, fingerprint
from terminal.domain.decision import Decision
from terminal.domain.order import OrderTerms
from terminal.services.review.desk_modes import DeskModes


@dataclass(frozen=True, slots=True)
class Bound:
    """A card's life in seconds, the prices it holds at, its fingerprint, and the desk's mode at that moment."""

    life_s: float
    band: PriceBand
    fingerprint: str
    mode: DeskMode


@dataclass(frozen=True, slots=True)
class Binding:
    """Binds cards to the rules in force. A card never outlives the age the risk checks allow a decision."""

    settings: ApprovalSettings
    rule_version: str
    modes: DeskModes
    most_life_s: float

    def bind(self, decision: Decision, terms: OrderTerms) -> Bound:
        rule = self.settings.rule_of(decision.model)
        band = PriceBand.around(terms.reference_price, rule.band)
        life_s = min(rule.life_s, self.most_life_s)
        return Bound(life_s, band, self.mark(terms, band), self.modes.mode)

    def mark(self, terms: OrderTerms, band: PriceBand) -> str:
        """Give the fingerprint of terms and band under the rules in force now."""
        return fingerprint(terms, band, self.rule_version)
