"""Intent classifier: a linear support vector machine on weighted character and word n-grams.

Rasa's own pair (CountVectorsFeaturizer, LogisticRegressionClassifier) counts without weights, so that long
messages are answered with too much confidence. This one weighs (TF-IDF), normalises and calibrates. The
figures are in docs/language.md.
"""

from __future__ import annotations

from dataclasses import astuple
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import ENTITIES, EXTRACTOR, INTENT, INTENT_NAME_KEY, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from components.calibration import Calibration, fitted
from components.clauses import clauses
from components.noise import SOURCE
from components.normaliser import READING, reading

ANALYZERS = ("char_wb", "word")
#: The entity that names the other request of a message with two.
SECOND_REQUEST = "second_request"
LEARNERS = {"svm": LinearSVC, "logistic": LogisticRegression}


def _text(message: Message) -> str:
    """What the normaliser reads; without one, the text as typed."""
    return str(message.get(READING) or message.get(TEXT) or "")


def _words(text: str) -> int:
    return len(text.split())


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class NgramIntentClassifier(IntentClassifier, GraphComponent):
    """Ranks the intents of a message; the confidences of all intents sum to 1.

    A message of which nothing is known (an emoji, another script) gets the same low confidence for each.
    """

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        self._config = config
        self._storage = storage
        self._resource = resource
        self._vectorizers: list[TfidfVectorizer] = []
        self._weights = np.empty((0, 0))
        self._intercepts = np.empty(0)
        self._intents: list[str] = []
        self._calibration = Calibration()

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Defaults; confidences are calibrated by cross-validation in that many `folds`.

        `easier` and `unguessable` carry that over to messages: see `Calibration.for_use`.
        """
        return {
            "char_wb": [2, 4],
            "word": [1, 2],
            "min_df": 3,
            "learner": "svm",
            "C": 0.5,
            "max_iter": 1000,
            "folds": 4,
            "easier": 1.0,
            "unguessable": 0.0,
            "ranking_length": 10,
            "second_from": None,
            "never_second": [],
            "random_state": 42,
        }

    @staticmethod
    def required_packages() -> list[str]:
        """Packages Rasa checks for before it trains."""
        return ["sklearn"]

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,  # noqa: ARG003 (Rasa's signature)
    ) -> NgramIntentClassifier:
        """Make an untrained classifier."""
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from all examples that have an intent, and store the model."""
        examples = [e for e in training_data.intent_examples if e.get(TEXT)]
        examples.sort(key=lambda e: (e.get(INTENT), e.get(TEXT)))
        measured = fitted(*self._held_out(examples))
        self._calibration = measured.for_use(self._config["easier"], self._config["unguessable"])
        self._fit(examples)
        self._persist()
        return self._resource

    def _fit(self, examples: list[Message]) -> None:
        """Learn n-grams and weights of these examples."""
        texts = [_text(e) for e in examples]
        self._vectorizers = [self._vectorizer(name).fit(texts) for name in ANALYZERS if self._config[name]]
        settings = {name: self._config[name] for name in ("C", "max_iter", "random_state")}
        model = LEARNERS[self._config["learner"]](**settings)
        model.fit(self._features(texts), [e.get(INTENT) for e in examples])
        self._weights, self._intercepts = model.coef_.T.astype(np.float32), model.intercept_
        self._intents = [str(name) for name in model.classes_]

    def _held_out(self, examples: list[Message]) -> tuple[np.ndarray, np.ndarray, list[int]]:
        """Margins, right classes and lengths of the examples as written, each judged without it and its copies."""
        intents = sorted({str(e.get(INTENT)) for e in examples})
        written = [e for e in examples if not e.get(SOURCE)]
        fold_of = {e.get(TEXT): place % self._config["folds"] for place, e in enumerate(written)}
        margins, judged = [], []
        for fold in range(self._config["folds"]):
            self._fit([e for e in examples if fold_of.get(e.get(SOURCE) or e.get(TEXT)) != fold])
            kept = [e for e in written if fold_of[e.get(TEXT)] == fold]
            wide = np.full((len(kept), len(intents)), -np.inf)
            wide[:, [intents.index(name) for name in self._intents]] = self._margins([_text(e) for e in kept])
            margins.append(wide)
            judged += kept
        right = np.array([intents.index(e.get(INTENT)) for e in judged])
        return np.vstack(margins), right, [_words(_text(e)) for e in judged]

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the best intent and the ranking on each message."""
        for message in messages:
            scores = self._confidences(_text(message))
            best = np.argsort(-scores, kind="stable")[: self._config["ranking_length"]]
            ranking = [{INTENT_NAME_KEY: self._intents[i], "confidence": float(scores[i])} for i in best]
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
            self._name_second(message, ranking[0][INTENT_NAME_KEY])
        return messages

    def _name_second(self, message: Message, first: str) -> None:
        """Name the request of another part of the message, when one part asks the first and one another.

        Its confidence is that of the less certain part.
        """
        text, surely = message.get(TEXT) or "", self._config["second_from"]
        if surely is None:
            return
        wishes: dict[str, tuple[float, int, int]] = {}
        for start, end in clauses(text):
            scores = self._confidences(reading(text[start:end]))
            sure, intent = float(scores.max()), self._intents[int(scores.argmax())]
            if sure >= surely and intent not in self._config["never_second"]:
                wishes[intent] = max(wishes.get(intent, (0.0, 0, 0)), (sure, start, end))
        if first in wishes and len(wishes) == 2:
            ((second, (sure, start, end)),) = [wish for wish in wishes.items() if wish[0] != first]
            named = {
                "entity": SECOND_REQUEST,
                "value": second,
                "start": start,
                "end": end,
                "confidence_entity": min(sure, wishes[first][0]),
                EXTRACTOR: type(self).__name__,
            }
            message.set(ENTITIES, [*message.get(ENTITIES, []), named], add_to_output=True)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,  # noqa: ARG003 (Rasa's signature)
        **_kwargs: Any,
    ) -> NgramIntentClassifier:
        """Load a stored classifier. Nothing is unpickled: the file holds plain arrays."""
        self = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder, np.load(folder / "ngrams.npz") as stored:
            self._intents = stored["intents"].tolist()
            self._weights, self._intercepts = stored["weights"], stored["intercepts"]
            self._calibration = Calibration(*stored["calibration"].tolist())
            for analyzer in filter(config.get, ANALYZERS):
                vectorizer = self._vectorizer(analyzer, stored[f"{analyzer}_terms"].tolist())
                vectorizer.idf_ = stored[f"{analyzer}_idf"]
                self._vectorizers.append(vectorizer)
        return self

    def _persist(self) -> None:
        arrays = {"intents": np.array(self._intents), "weights": self._weights, "intercepts": self._intercepts}
        arrays["calibration"] = np.array(astuple(self._calibration))
        for analyzer, vectorizer in zip(filter(self._config.get, ANALYZERS), self._vectorizers, strict=True):
            arrays[f"{analyzer}_terms"] = vectorizer.get_feature_names_out().astype(str)
            arrays[f"{analyzer}_idf"] = vectorizer.idf_
        with self._storage.write_to(self._resource) as folder:
            np.savez_compressed(folder / "ngrams.npz", **arrays)

    def _vectorizer(self, analyzer: str, terms: list[str] | None = None) -> TfidfVectorizer:
        return TfidfVectorizer(
            analyzer=analyzer,
            ngram_range=tuple(self._config[analyzer]),
            min_df=1 if terms else self._config["min_df"],
            vocabulary=terms,
            token_pattern=r"\w+|[?!]" if analyzer == "word" else None,
            sublinear_tf=True,
        )

    def _features(self, texts: list[str]) -> Any:
        return hstack([v.transform(texts) for v in self._vectorizers], format="csr")

    def _margins(self, texts: list[str]) -> np.ndarray:
        return np.asarray(self._features(texts) @ self._weights + self._intercepts)

    def _confidences(self, text: str) -> np.ndarray:
        features = self._features([text])
        if features.nnz == 0:
            return np.full(len(self._intents), 1 / len(self._intents))
        margins = features @ self._weights + self._intercepts
        return self._calibration.confidences(margins, [_words(text)])[0]
