"""The book of the competition's rules, as a test needs it."""

from pathlib import Path

from terminal.domain.risk import RiskLimits
from terminal.domain.rules import Seat
from terminal.domain.season import Season
from terminal.services.rules.desk import RulesInForce
from terminal.storage.rule_file import FILE_NAME, read_rules

ROOT = Path(__file__).parents[2]
RULE_FILE = ROOT / "resources" / FILE_NAME
OFFICIAL = Seat(("api-contract.weex.com", "ws-contract.weex.com"), "the system's vault")


def rules_for(season: Season | None = None, limits: RiskLimits | None = None, seat: Seat = OFFICIAL) -> RulesInForce:
    season = season or Season()
    return RulesInForce(read_rules(RULE_FILE, limits or RiskLimits(), season), season, seat)
