"""The error tree: SimulatorError (misuse by a test) · Refused (an API call) · BadAnswer (a callback's answer)."""

from enum import IntEnum


class Errcode(IntEnum):
    """The global error codes that the simulated calls answer with (doc/90313).

    WeCom publishes no own code for a used response_code, an unknown msgid to recall, a used msgid of 微信客服 or a
    broken card; they are BAD_FIELD here, whose errmsg names the field.
    """

    BUSY = -1
    OK = 0
    BAD_SECRET = 40001
    BAD_USERID = 40003
    BAD_MEDIA_TYPE = 40004
    BAD_MEDIA_ID = 40007
    BAD_MSGTYPE = 40008
    BAD_PICTURE_SIZE = 40009
    BAD_CORPID = 40013
    BAD_TOKEN = 40014
    BAD_CHARACTERS = 40033
    BAD_PARAMETER = 40035
    BAD_AGENTID = 40056
    BAD_FIELD = 40058
    EMPTY_PARAMETER = 40063
    BAD_EXTERNAL_USERID = 40096
    TOKEN_MISSING = 41001
    SECRET_MISSING = 41004
    TOKEN_EXPIRED = 42001
    EMPTY_MEDIA = 44001
    EMPTY_CONTENT = 44004
    MEDIA_TOO_LARGE = 45001
    TOO_LONG = 45002
    TOO_MANY_ARTICLES = 45008
    TOO_OFTEN = 45009
    TOO_MANY_AT_ONCE = 45033
    NO_PERMISSION = 48002
    KF_NOT_GRANTED = 48007
    BAD_CURSOR = 50100
    OUT_OF_SCOPE = 60011
    UNTRUSTED_IP = 60020
    NO_SUCH_USER = 60111
    NO_RECIPIENT = 81013
    OTHER_AGENT = 301002
    KF_BAD_ID = 95000
    KF_TOO_MANY = 95001
    KF_TOO_LATE = 95002
    KF_NO_ACCOUNT = 95004
    KF_BAD_TOKEN = 95007
    KF_MENU_ITEMS = 95008
    KF_MENU_ITEM_TYPE = 95009
    KF_ENDED = 95013
    KF_NO_SERVICER = 95014
    KF_API_OFF = 95017
    KF_STATE = 95018
    BAD_CHAT = 93006
    BAD_REQ_ID = 846605
    STREAM_OVER = 846608
    NOT_SUBSCRIBED = 846609
    BAD_BOT = 853000
    BAD_WEBHOOK = 93000
    WEBHOOK_DISABLED = 93004


class SimulatorError(Exception):
    """A test asked for something that WeCom does not let people do."""


class Refused(Exception):
    """An API call that WeCom answers with an errcode."""

    def __init__(self, errcode: int, detail: str) -> None:
        super().__init__(f"{int(errcode)} {detail}")
        self.errcode = int(errcode)
        self.detail = detail


class BadAnswer(Exception):
    """A callback was answered with something that WeCom would not show."""
