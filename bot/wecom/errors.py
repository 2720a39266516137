"""What can go wrong with WeCom.

CallbackError              a callback that cannot be read
├── ForgedCallback         its signature is not WeCom's
└── MisdirectedCallback    it is meant for another receiver
CallError                  an API call that did not work; `call` is its path, never its secrets
├── WeComError             WeCom answered with an errcode
├── Unfit                  a file that WeCom would not take; nothing was sent
├── NotSent                the request was surely not written
├── Busy                   answered by something that did not take it (HTTP 500, 503)
├── Misconfigured          answered by something that is not WeCom's API (HTTP 3xx, 4xx)
└── Unanswered             it may have been taken; nobody knows
"""

STALE_TOKEN = frozenset((40014, 41001, 42001))
STALE_MEDIA = 40007


class CallbackError(Exception):
    """A callback that cannot be read: `str()` says why."""


class ForgedCallback(CallbackError):
    """A callback whose signature is not WeCom's."""


class MisdirectedCallback(CallbackError):
    """A callback with the right key that is meant for somebody else: `receiver` is its receiveid."""

    def __init__(self, receiver: str) -> None:
        super().__init__("wrong receiveid")
        self.receiver = receiver


class CallError(Exception):
    """An API call that did not work."""

    def __init__(self, call: str, why: str) -> None:
        super().__init__(f"{call}: {why}")
        self.call = call
        self.why = why


class WeComError(CallError):
    """WeCom answered with an errcode (WeCom doc 90313)."""

    def __init__(self, code: int, message: str, call: str) -> None:
        super().__init__(call, f"{code} {message}".strip())
        self.code = code
        self.message = message


class Unfit(CallError):
    """A file that WeCom would not take, or that is not here; nothing was sent."""


class NotSent(CallError):
    """The request was surely not written."""


class Busy(CallError):
    """The server answered that it cannot now."""


class Misconfigured(CallError):
    """The server answered as WeCom's API never does."""


class Unanswered(CallError):
    """The request may have been taken; its answer is missing or unreadable."""
