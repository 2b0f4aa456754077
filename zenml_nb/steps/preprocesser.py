"""Preprocessers: which transformation each column goes through before the training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from zenml_nb.errors import DeclarationError, did_you_mean
from zenml_nb.steps.base import BaseStep, listed, mapped, split_roles
from zenml_nb.steps.preprocessing_methods import (
    FILLING_METHODS,
    TRANSFORM_METHODS,
    Call,
    check_filling,
    check_learnable,
    check_transforms,
    read_calls,
)

FEATURE_SUFFIX = "_xf"
LABEL_SUFFIX = "_xl"


class PreprocessingContext(Protocol):
    """What the engine gives to ``preprocessing_fn``: the columns, and the tested implementations of the methods."""

    @property
    def columns(self) -> dict[str, str]:
        """Column name to INTEGER, FLOAT, STRING or BYTES."""

    def fill(self, name: str, tensor: Any, method: str, parameters: dict[str, Any]) -> Any:
        """Make a column dense, shape (batch, values a row), with its missing values filled; a list stays sparse."""

    def transform(self, name: str, tensor: Any, method: str, parameters: dict[str, Any]) -> Any:
        """Apply one transform method to what the one before made: dense, or sparse where the rows are lists."""


class BasePreprocesserStep(BaseStep):
    """Base of all preprocessers. A subclass gives ``preprocessing_fn``; TensorFlow Transform runs it."""

    slot = "preprocesser"

    def __init__(self, split_mapping: Mapping[str, list[str]] | None = None) -> None:
        self.split_mapping = split_roles(split_mapping)

    def preprocessing_fn(self, inputs: dict[str, Any], context: PreprocessingContext) -> dict[str, Any]:
        """Transform a batch of columns; traced once as a TensorFlow graph.

        Args:
            inputs: column name to tensor of a batch, sparse where values may be missing.
            context: the columns' types and the standard methods.

        Returns:
            Output name to tensor; features end with ``_xf`` and labels with ``_xl``.
        """
        raise NotImplementedError(f"{type(self).__name__} must define preprocessing_fn(self, inputs, context)")

    def check_columns(self, columns: Mapping[str, str], n_missing: Mapping[str, int]) -> None:
        """Tell before the run what does not fit the data.

        Args:
            columns: column name to INTEGER, FLOAT, STRING or BYTES.
            n_missing: column name to its number of missing values.

        Raises:
            DeclarationError: a column is missing, or a method does not fit its type.
        """


class StandardPreprocesser(BasePreprocesserStep):
    """Transforms each column by methods of its own, or by the default of its type.

    Defaults: numbers are filled with the maximum and scaled to a z-score; text is filled with '' and replaced by the
    index in its vocabulary. Labels are not scaled, text labels become indices, and a label's missing values must be
    filled explicitly. What is computed from data (means, vocabularies) is computed from the training splits alone.

    The transforms of a column, each with its parameters and their defaults, in the order that they are named:

    - Numbers: ``scale_to_0_1``, ``scale_by_min_max`` (min=0, max=1), ``scale_to_z_score``, over all values of the
      column; ``bucketize`` (num_buckets=10) by quantiles; ``pca`` (output_dim=2) of rows with several values.
    - Categories: ``compute_and_apply_vocabulary`` (top_k=None, frequency_threshold=None, num_oov_buckets=1),
      ``hash_strings`` (hash_buckets=100), ``one_hot_encode`` (top_k=100): top_k + 1 numbers, the last for all others.
    - Sentences: ``ngrams`` (ngram_range=[1, 2], delimiter=None, separator=' ', length=None) and then a method for
      categories, or ``tfidf``; ``tfidf`` (top_k=1000, frequency_threshold=None, delimiter=None, smooth=True) alone:
      top_k numbers. A text is split at the delimiter, by default at any space; in a list of texts each is a word.
    - Images: ``load_binary_image`` (height=32, width=32, channels=3) decodes PNG, JPEG, GIF and BMP to numbers
      from 0 to 1 and resizes them, a missing one is black; ``image_reshape`` (shape=[-1]) flattens or reshapes.
    - ``no_transform``, for numbers; text has to become numbers for a model to learn from it.

    A column of lists of different lengths stays one, and an empty list empty; of its values ``one_hot_encode`` and
    ``tfidf`` make a vector. In columns of one length each value keeps its place.

    Fillings: ``min``, ``max``, ``mean``, ``median``, ``custom`` (custom_value).

    Args:
        features: the columns to learn from; all but the labels by default.
        labels: the columns to predict.
        overwrite: column name to ``{'filling': [method], 'transform': [method, ...]}``, where a method is a name or
            ``{'method': name, 'parameters': {...}}``; several transforms are chained.
        split_mapping: which splits are ``train_splits``, ``eval_splits``, ``test_splits``.

    Raises:
        DeclarationError: a method or parameter is unknown, or a column is both feature and label.
    """

    def __init__(
        self,
        features: Sequence[str] | None = None,
        labels: Sequence[str] = (),
        overwrite: Mapping[str, Mapping[str, Any]] | None = None,
        split_mapping: Mapping[str, list[str]] | None = None,
    ) -> None:
        super().__init__(split_mapping)
        self.features = None if features is None else _names(features, "features")
        self.labels = _names(labels, "labels")
        both = sorted(set(self.features or ()) & set(self.labels))
        if both:
            raise DeclarationError(
                f"{both[0]!r} is both a feature and a label: the model would be shown the answer.",
                advice="Leave it out of one of the two lists.",
            )
        self.filling: dict[str, Call] = {}
        self.transforms: dict[str, list[Call]] = {}
        for column, entry in mapped("overwrite", overwrite or {}).items():
            self._read_overwrite(column, entry)

    def _read_overwrite(self, column: str, entry: Mapping[str, Any]) -> None:
        place = f"overwrite[{column!r}]"
        if not isinstance(entry, Mapping):
            raise DeclarationError(
                f"{place} must be a dictionary.", advice="For example {'transform': ['scale_to_0_1']}."
            )
        for key in entry:
            if key not in ("filling", "transform"):
                raise DeclarationError(f"{place} has no key {key!r}.", advice="Its keys are 'filling' and 'transform'.")
        filling = read_calls(entry.get("filling", ()), FILLING_METHODS, f"{place}['filling']")
        if len(filling) > 1:
            raise DeclarationError(
                f"{place}['filling'] names {len(filling)} methods: nothing is missing after the first.",
                advice="Name one filling method.",
            )
        if filling:
            self.filling[column] = filling[0]
        if "transform" in entry:
            self.transforms[column] = read_calls(entry["transform"], TRANSFORM_METHODS, f"{place}['transform']")

    def feature_names(self, columns: Mapping[str, str]) -> list[str]:
        """The columns to learn from, given all columns of the data."""
        return [name for name in columns if name not in self.labels] if self.features is None else self.features

    def filling_of(self, name: str, column_type: str) -> Call:
        """The filling method of a column and its parameters."""
        default: Call = ("custom", {"custom_value": ""}) if column_type in ("STRING", "BYTES") else ("max", {})
        return self.filling.get(name, default)

    def transforms_of(self, name: str, column_type: str) -> list[Call]:
        """The transform methods of a column, in their order, with their parameters."""
        if name in self.transforms:
            return self.transforms[name]
        if column_type == "BYTES":
            return []
        if column_type == "STRING":
            oov = 0 if name in self.labels else 1
            return [
                ("compute_and_apply_vocabulary", {"top_k": None, "frequency_threshold": None, "num_oov_buckets": oov})
            ]
        return [("no_transform", {})] if name in self.labels else [("scale_to_z_score", {})]

    def preprocessing_fn(self, inputs: dict[str, Any], context: PreprocessingContext) -> dict[str, Any]:
        outputs = {}
        features = self.feature_names(context.columns)
        for name in [*features, *self.labels]:
            column_type = context.columns[name]
            filled = context.fill(name, inputs[name], *self.filling_of(name, column_type))
            tensor = filled
            for method, parameters in self.transforms_of(name, column_type):
                tensor = context.transform(name, tensor, method, parameters)
            outputs[name] = filled
            outputs[name + (LABEL_SUFFIX if name in self.labels else FEATURE_SUFFIX)] = tensor
        return outputs

    def check_columns(self, columns: Mapping[str, str], n_missing: Mapping[str, int]) -> None:
        for kind, names in (
            ("labels", self.labels),
            ("features", self.features or ()),
            ("overwrite", [*self.filling, *self.transforms]),
        ):
            for name in names:
                if name not in columns:
                    raise DeclarationError(
                        f"StandardPreprocesser({kind}=...) names the column {name!r}, which the data does not have.",
                        advice=did_you_mean(name, columns),
                    )
        if not self.feature_names(columns):
            raise DeclarationError("No column is left to learn from.", advice="Name at least one feature.")
        for name in [*self.feature_names(columns), *self.labels]:
            _check_name(name)
            self._check_column(name, columns[name], n_missing.get(name, 0))

    def check_lists(self, lists: Mapping[str, str]) -> None:
        """Tell before the run what does not fit columns whose rows are lists.

        Args:
            lists: name of such a column to the type of its values.

        Raises:
            DeclarationError: one is a label, is filled, or goes through a method for rows of one length.
        """
        for name in self.labels:
            if name in lists:
                raise DeclarationError(
                    f"The rows of the label {name!r} are lists.", advice="Predict a column with one value a row."
                )
        for name in self.feature_names(lists):
            if name in lists and name in self.filling:
                raise DeclarationError(
                    f"overwrite[{name!r}]['filling'] fills a list: one without values is empty, and stays so.",
                    advice="Leave the filling out.",
                )
            if name in lists:
                check_transforms(self.transforms_of(name, lists[name]), lists[name], name, is_list=True)

    def check_single(self, single: Mapping[str, str], widths: Mapping[str, int] | None = None) -> None:
        """Tell before the run what does not fit columns with one value a row, as ``pca`` of it.

        Args:
            single: name of such a column to the type of its values.
            widths: name of a column of sequences to its number of values; of a label only the last one is taken.

        Raises:
            DeclarationError: a method needs more values a row.
        """
        for name in [*self.feature_names(single), *self.labels]:
            if name in single:
                width = 1 if name in self.labels else (widths or {}).get(name, 1)
                check_transforms(self.transforms_of(name, single[name]), single[name], name, width=width)

    def _check_column(self, name: str, column_type: str, n_missing: int) -> None:
        if name in self.labels and n_missing and name not in self.filling:
            raise DeclarationError(
                f"The label {name!r} is missing in {n_missing} rows.",
                advice="Remove these rows from the data, or say what stands in for a missing label: "
                f"overwrite={{{name!r}: {{'filling': [...]}}}}.",
            )
        if column_type == "BYTES" and name not in self.transforms:
            raise DeclarationError(
                f"The column {name!r} is of type BYTES, and nothing says what the model may learn from them.",
                advice=f"For images: overwrite={{{name!r}: {{'transform': ['load_binary_image']}}}}; "
                "or leave the column out of the features.",
            )
        check_filling(self.filling_of(name, column_type), column_type, f"the column {name!r} of type {column_type}")
        made = check_transforms(self.transforms_of(name, column_type), column_type, name)
        check_learnable(made, f"{'label' if name in self.labels else 'feature'} {name!r}")


def _check_name(name: str) -> None:
    """Outputs are told from raw columns by their ends: a label ``y_xf`` would be taken for a feature."""
    for suffix in (FEATURE_SUFFIX, LABEL_SUFFIX):
        if name.endswith(suffix):
            raise DeclarationError(
                f"The column {name!r} ends with {suffix!r}, as the outputs of the preprocesser do.",
                advice="Rename the column in the data, or leave it out of the features.",
            )


def _names(names: Sequence[str], argument: str) -> list[str]:
    found = listed(argument, names)
    for name in found:
        if not isinstance(name, str):
            raise DeclarationError(f"{argument} holds {name!r}.", advice="Give the names of columns, as texts.")
    if len(set(found)) != len(found):
        raise DeclarationError(f"{argument} names a column twice: {found}.", advice="Name each column once.")
    return found
