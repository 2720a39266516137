"""Texts become vectors: `load` gives the encoder that a setting names."""

from nlp.encode.encoder import Encoder, Unusable, weights_of
from nlp.encode.loading import BUILTIN, NONE, at_hand, load, user_cache
from nlp.encode.progress import Report

__all__ = ["BUILTIN", "NONE", "Encoder", "Report", "Unusable", "at_hand", "load", "user_cache", "weights_of"]
