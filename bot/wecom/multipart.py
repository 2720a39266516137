"""A file in a form (RFC 7578), its name in plain UTF-8: WeCom does not read the encoded form of RFC 2231."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

_WIDE: Mapping[int, str] = {ord('"'): "＂", ord("\\"): "＼", ord("\r"): " ", ord("\n"): " ", 0: " "}


@dataclass(frozen=True, slots=True)
class Form:
    """A body and its Content-Type."""

    content_type: str
    body: bytes


def form(field: str, filename: str, content: bytes) -> Form:
    """A form with one file."""
    boundary = f"qunban-{secrets.token_hex(16)}"
    name = filename.translate(_WIDE)
    head = (
        f"--{boundary}\r\n"
        f'Content-Disposition: form-data; name="{field}"; filename="{name}"; filelength={len(content)}\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    )
    body = head.encode(errors="replace") + content + f"\r\n--{boundary}--\r\n".encode()
    return Form(f"multipart/form-data; boundary={boundary}", body)
