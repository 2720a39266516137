"""What the API's refusals mean for a set-up (errcodes: WeCom doc 90313)."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from bot.cli.doctor import diagnoses
from bot.cli.doctor.diagnosis import Diagnosis
from bot.wecom.errors import CallError, Misconfigured, WeComError

CODES: Mapping[int, Diagnosis] = MappingProxyType(
    {
        40001: diagnoses.SECRET_WRONG,
        40013: diagnoses.CORP_ID_WRONG,
        40056: diagnoses.SECRET_OF_ANOTHER,
        41004: diagnoses.SECRET_WRONG,
        45009: diagnoses.API_LIMITED,
        45033: diagnoses.API_LIMITED,
        48002: diagnoses.API_FORBIDDEN,
        50003: diagnoses.APP_DISABLED,
        60020: diagnoses.IP_UNTRUSTED,
        93000: diagnoses.WEBHOOK_KEY,
        93004: diagnoses.WEBHOOK_DISABLED,
        93008: diagnoses.WEBHOOK_KEY,
        301002: diagnoses.SECRET_OF_ANOTHER,
    }
)
# 60020's errmsg names the address that WeCom saw; it is the only place that knows it.
_ADDRESS = re.compile(r"from ip:\s*([0-9A-Fa-f.:]*[0-9A-Fa-f])")


def diagnose(error: CallError) -> Diagnosis:
    """What is wrong when a call did not work."""
    if not isinstance(error, WeComError):
        strange = isinstance(error, Misconfigured)
        return (diagnoses.API_STRANGE if strange else diagnoses.API_UNREACHABLE).having(str(error))
    found = CODES.get(error.code, diagnoses.API_REFUSED)
    address = _ADDRESS.search(error.message) if error.code == 60020 else None
    return found.having(f"企业微信看到的 IP 是 {address[1]}" if address else str(error))
