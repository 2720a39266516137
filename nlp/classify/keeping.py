"""Classifiers in a file: what was learnt once is there at every start."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from nlp.classify.classifier import Classifier
from nlp.classify.experts import View
from nlp.classify.logistic import Linear
from nlp.classify.terms import Terms

Arrays = Mapping[str, np.ndarray[Any, Any]]

# Stands between terms; no term holds one, since normalised text has no line breaks.
BETWEEN = "\n"


def packed(classifier: Classifier) -> dict[str, np.ndarray[Any, Any]]:
    """The classifier as arrays by name; weights in half precision, which moves no probability by a hundredth."""
    arrays: dict[str, np.ndarray[Any, Any]] = {
        f"model{at}": model.weights.astype(np.float16) for at, model in enumerate(classifier.models)
    }
    arrays["labels"] = np.array(classifier.labels)
    arrays["terms"] = np.frombuffer(BETWEEN.join(classifier.view.terms.numbers).encode(), np.uint8)
    arrays["shares"] = classifier.shares
    return arrays if classifier.view.middle is None else arrays | {"middle": classifier.view.middle}


def unpacked(arrays: Arrays) -> Classifier:
    """The classifier that was packed."""
    terms = arrays["terms"].tobytes().decode().split(BETWEEN)
    view = View(Terms({term: number for number, term in enumerate(terms)}), arrays.get("middle"))
    names = sorted(name for name in arrays if name.startswith("model"))
    models = tuple(Linear(arrays[name].astype(np.float32)) for name in names)
    return Classifier(tuple(map(str, arrays["labels"])), view, models, arrays["shares"])
