"""A model that a folder or a hub id names, through transformers."""

from nlp.encode.encoder import Encoder, Unusable


def load_hub(model: str) -> Encoder:
    """The encoder of a folder or hub id. Unusable when it is not one, or not whole."""
    raise Unusable(f"{model} 还不支持")
