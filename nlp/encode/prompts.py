"""What a folder says about how its model is to be used, in sentence-transformers' own files."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nlp.encode.encoder import Unusable


def prompt_of(folder: Path) -> str:
    """What is put before each question: the default prompt, else the one for queries, else nothing."""
    read = described(folder / "config_sentence_transformers.json")
    prompts = read.get("prompts") or {}
    name = read.get("default_prompt_name") or "query"
    return str(prompts.get(name, "")) if isinstance(prompts, Mapping) else ""


def pooling_of(folder: Path) -> str:
    """`cls` where the folder asks for the first token, otherwise `mean`. Unusable for a way that is not known here."""
    read = described(folder / "1_Pooling" / "config.json")
    modes = {key.removeprefix("pooling_mode_") for key, on in read.items() if key.startswith("pooling_mode_") and on}
    if modes - {"mean_tokens", "cls_token"} or len(modes) > 1:
        raise Unusable(f"{folder} 用的池化方式（{'、'.join(sorted(modes))}）还不支持，只支持 mean 和 cls")
    return "cls" if "cls_token" in modes else "mean"


def described(path: Path) -> Mapping[str, Any]:
    """A JSON object; empty when there is no such file. Unusable when it is not whole."""
    try:
        read = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise Unusable(f"{path} 不是完整的 JSON") from error
    if not isinstance(read, dict):
        raise Unusable(f"{path} 里应当是一个 JSON 对象")
    return read
