"""Texts become vectors: `load` gives the encoder that a setting names."""

from nlp.encode.encoder import Encoder, Unusable

__all__ = ["Encoder", "Unusable"]
