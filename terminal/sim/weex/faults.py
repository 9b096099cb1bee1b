"""WEEX's own faults, beside those every venue knows.

kind              effect
ai_log_blocked    AI logs are refused: no permission (v2 40753, v3 -3236); with
                  count -1 the account is off the allow list until cleared
null_client_oid   orders are shown without their client id
depth_gap         a depth change is lost on the way
"""

from terminal.sim.serving.faults import SHARED_KINDS

KINDS = SHARED_KINDS | {"ai_log_blocked", "null_client_oid", "depth_gap"}
