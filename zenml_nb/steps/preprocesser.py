"""Preprocessers: which transformation each column goes through before the training."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from zenml_nb.errors import DeclarationError, did_you_mean
from zenml_nb.steps.base import BaseStep, is_number, listed, mapped, split_roles

FEATURE_SUFFIX = "_xf"
LABEL_SUFFIX = "_xl"

MethodTable = Mapping[str, tuple[frozenset[str], dict[str, Any]]]

#: Transform methods of StandardPreprocesser: the column types that each takes, and its parameters with defaults.
TRANSFORM_METHODS: dict[str, tuple[frozenset[str], dict[str, Any]]] = {
    "scale_by_min_max": (frozenset({"INTEGER", "FLOAT"}), {"min": 0.0, "max": 1.0}),
    "scale_to_0_1": (frozenset({"INTEGER", "FLOAT"}), {}),
    "scale_to_z_score": (frozenset({"INTEGER", "FLOAT"}), {}),
    "bucketize": (frozenset({"INTEGER", "FLOAT"}), {"num_buckets": 10}),
    "compute_and_apply_vocabulary": (
        frozenset({"INTEGER", "STRING"}),
        {"top_k": None, "frequency_threshold": None, "num_oov_buckets": 1},
    ),
    "hash_strings": (frozenset({"STRING"}), {"hash_buckets": 100}),
    "one_hot_encode": (frozenset({"INTEGER", "STRING"}), {"top_k": 100}),
    "no_transform": (frozenset({"INTEGER", "FLOAT", "STRING"}), {}),
}

#: Filling methods: what stands in for a missing value. The first three are computed from the training split.
FILLING_METHODS: dict[str, tuple[frozenset[str], dict[str, Any]]] = {
    "min": (frozenset({"INTEGER", "FLOAT"}), {}),
    "max": (frozenset({"INTEGER", "FLOAT"}), {}),
    "mean": (frozenset({"INTEGER", "FLOAT"}), {}),
    "custom": (frozenset({"INTEGER", "FLOAT", "STRING"}), {"custom_value": None}),
}


#: The type that a transform method makes of a column, where it is another one.
_RESULTS = {
    "scale_by_min_max": "FLOAT",
    "scale_to_0_1": "FLOAT",
    "scale_to_z_score": "FLOAT",
    "bucketize": "INTEGER",
    "compute_and_apply_vocabulary": "INTEGER",
    "hash_strings": "INTEGER",
    "one_hot_encode": "FLOAT",
}

_VALUES = {"INTEGER": "a whole number", "FLOAT": "a number", "STRING": "a text"}
_FITS: dict[str, Callable[[Any], bool]] = {
    "INTEGER": lambda value: is_number(value) and value == int(value),
    "FLOAT": is_number,
    "STRING": lambda value: isinstance(value, str),
}


class PreprocessingContext(Protocol):
    """What the engine gives to ``preprocessing_fn``: the columns, and the tested implementations of the methods."""

    @property
    def columns(self) -> dict[str, str]:
        """Column name to INTEGER, FLOAT or STRING."""

    def fill(self, name: str, tensor: Any, method: str, parameters: dict[str, Any]) -> Any:
        """Make a sparse column dense, shape (batch, 1), with its missing values filled."""

    def transform(self, name: str, tensor: Any, method: str, parameters: dict[str, Any]) -> Any:
        """Apply one transform method to a dense column."""


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
            columns: column name to INTEGER, FLOAT or STRING.
            n_missing: column name to its number of missing values.

        Raises:
            DeclarationError: a column is missing, or a method does not fit its type.
        """


Call = tuple[str, dict[str, Any]]


class StandardPreprocesser(BasePreprocesserStep):
    """Transforms each column by methods of its own, or by the default of its type.

    Defaults: numbers are filled with the maximum and scaled to a z-score; text is filled with '' and replaced by the
    index in its vocabulary. Labels are not scaled, text labels become indices, and a label's missing values must be
    filled explicitly. What is computed from data (means, vocabularies) is computed from the training splits alone.

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
        filling = _calls(entry.get("filling", ()), FILLING_METHODS, f"{place}['filling']")
        if len(filling) > 1:
            raise DeclarationError(
                f"{place}['filling'] names {len(filling)} methods: nothing is missing after the first.",
                advice="Name one filling method.",
            )
        if filling:
            self.filling[column] = filling[0]
        if "transform" in entry:
            self.transforms[column] = _calls(entry["transform"], TRANSFORM_METHODS, f"{place}['transform']")

    def feature_names(self, columns: Mapping[str, str]) -> list[str]:
        """The columns to learn from, given all columns of the data."""
        return [name for name in columns if name not in self.labels] if self.features is None else self.features

    def filling_of(self, name: str, column_type: str) -> Call:
        """The filling method of a column and its parameters."""
        default: Call = ("custom", {"custom_value": ""}) if column_type == "STRING" else ("max", {})
        return self.filling.get(name, default)

    def transforms_of(self, name: str, column_type: str) -> list[Call]:
        """The transform methods of a column, in their order, with their parameters."""
        if name in self.transforms:
            return self.transforms[name]
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

    def _check_column(self, name: str, column_type: str, n_missing: int) -> None:
        if name in self.labels and n_missing and name not in self.filling:
            raise DeclarationError(
                f"The label {name!r} is missing in {n_missing} rows.",
                advice="Remove these rows from the data, or say what stands in for a missing label: "
                f"overwrite={{{name!r}: {{'filling': [...]}}}}.",
            )
        method, parameters = self.filling_of(name, column_type)
        column = f"the column {name!r} of type {column_type}"
        _check_method(method, FILLING_METHODS, column_type, column)
        if method == "custom" and not _FITS[column_type](parameters["custom_value"]):
            raise DeclarationError(
                f"The custom_value {parameters['custom_value']!r} does not fit {column}.",
                advice=f"Give {_VALUES[column_type]}.",
            )
        for method, _ in self.transforms_of(name, column_type):
            _check_method(method, TRANSFORM_METHODS, column_type, column)
            column_type = _RESULTS.get(method, column_type)
            column = f"what {method!r} makes of the column {name!r}, of type {column_type}"


def _check_name(name: str) -> None:
    """Outputs are told from raw columns by their ends: a label ``y_xf`` would be taken for a feature."""
    for suffix in (FEATURE_SUFFIX, LABEL_SUFFIX):
        if name.endswith(suffix):
            raise DeclarationError(
                f"The column {name!r} ends with {suffix!r}, as the outputs of the preprocesser do.",
                advice="Rename the column in the data, or leave it out of the features.",
            )


def _check_method(method: str, table: MethodTable, column_type: str, column: str) -> None:
    if column_type not in table[method][0]:
        fitting = [candidate for candidate, (types, _) in table.items() if column_type in types]
        raise DeclarationError(
            f"The method {method!r} does not fit {column}.",
            advice=f"Methods for {column_type}: {', '.join(fitting)}.",
        )


def _names(names: Sequence[str], argument: str) -> list[str]:
    found = listed(argument, names)
    if len(set(found)) != len(found):
        raise DeclarationError(f"{argument} names a column twice: {found}.", advice="Name each column once.")
    return found


def _calls(entry: Any, table: MethodTable, place: str) -> list[Call]:
    """Read method calls: names or {'method': name, 'parameters': {...}}, one or a list of them."""
    calls: list[Call] = []
    for item in [entry] if isinstance(entry, (str, Mapping)) else listed(place, entry):
        call = {"method": item} if isinstance(item, str) else mapped(place, item)
        method = str(call.pop("method", ""))
        given = mapped(f"{place}: parameters of {method!r}", call.pop("parameters", None) or {})
        if call:
            raise DeclarationError(
                f"{place} has the key {next(iter(call))!r}.",
                advice="The keys of a method are 'method' and 'parameters'.",
            )
        if method not in table:
            raise DeclarationError(f"{place} has no method {method!r}.", advice=did_you_mean(method, table))
        defaults = table[method][1]
        for name in given:
            if name not in defaults:
                raise DeclarationError(
                    f"{place}: {method} has no parameter {name!r}.",
                    advice=did_you_mean(name, defaults) if defaults else f"{method} takes no parameters.",
                )
        if method == "custom" and given.get("custom_value") is None:
            raise DeclarationError(
                f"{place}: custom needs a value.",
                advice="For example {'method': 'custom', 'parameters': {'custom_value': 0}}.",
            )
        calls.append((method, {**defaults, **given}))
    return calls
