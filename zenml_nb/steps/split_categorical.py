"""Splits by a categorical column: whole categories to splits, or each category in the same ratio."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from zenml_nb.errors import DataError, DeclarationError, did_you_mean
from zenml_nb.steps.base import listed, mapped, whole_number
from zenml_nb.steps.row_values import committed_rows, single_values
from zenml_nb.steps.split import (
    BaseSplit,
    CommittedData,
    Partition,
    Rows,
    check_column,
    check_column_name,
    check_shares,
    check_split_names,
    stays_empty,
)

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Indices = npt.NDArray[np.int64]

#: The policy that leaves rows of other categories out.
SKIP = "skip"
_INTEGERS = range(-(2**63), 2**63)
Category = str | int


class _CategoricalSplit(BaseSplit):
    """What splits by a categorical column have in common.

    Attributes:
        categorical_column: a column of text or whole numbers.
        unknown_category_policy: ``skip``, or the split of the rows whose category is not named, or missing.
    """

    categorical_column: str
    unknown_category_policy: str

    def known_categories(self) -> list[Category]:
        """All categories that are named, in their order."""
        raise NotImplementedError

    def _unknown_index(self) -> int:
        """The split of the other rows; -1 leaves them out."""
        policy = self.unknown_category_policy
        return -1 if policy == SKIP else self.get_split_names().index(policy)

    def _check_policy(self) -> None:
        names = self.get_split_names()
        if SKIP in names:
            raise DeclarationError(
                f"A split of {type(self).__name__} cannot be named {SKIP!r}: the name says that rows are left out.",
                advice="Give the split another name.",
            )
        if self.unknown_category_policy not in (SKIP, *names):
            raise DeclarationError(
                f"unknown_category_policy is {self.unknown_category_policy!r}, which is no split.",
                advice=did_you_mean(str(self.unknown_category_policy), [SKIP, *names]),
            )

    def check_columns(self, columns: Mapping[str, str]) -> None:
        kind = check_column(self, "categorical_column", self.categorical_column, columns)
        if kind not in ("STRING", "INTEGER"):
            raise DeclarationError(
                f"The column {self.categorical_column!r} is of type {kind}, which has no categories.",
                where="step split",
                advice="Name a column of text or of whole numbers.",
            )
        is_text = isinstance(self.known_categories()[0], str)
        if is_text != (kind == "STRING"):
            needed = "texts" if kind == "STRING" else "whole numbers"
            raise DeclarationError(
                f"The categories of {type(self).__name__} are {'texts' if is_text else 'whole numbers'}; "
                f"the column {self.categorical_column!r} is of type {kind}.",
                where="step split",
                advice=f"Give {needed}: {kind} columns hold nothing else.",
            )

    def _counts(self, data: CommittedData) -> Counter[Category | None]:
        """How many rows each category has.

        Raises:
            DataError: a category that is named has none; the nearest ones are given.
        """
        import pyarrow.compute as pc

        counts: Counter[Category | None] = Counter()
        for rows in committed_rows(data, self.categorical_column):
            for entry in pc.value_counts(single_values(rows.batch, self.categorical_column, "step split")):
                counts[entry["values"].as_py()] += entry["counts"].as_py()
        for category in self.known_categories():
            if not counts[category]:
                known = [str(value) for value, count in counts.most_common() if value is not None and count]
                raise DataError(
                    f"No row has the category {category!r} in the column {self.categorical_column!r}.",
                    where=f"step split ({type(self).__name__})",
                    advice=did_you_mean(str(category), known),
                )
        return counts

    def _category_indices(self, rows: Rows) -> Indices:
        """The position of each row's category among the known ones, -1 for others and for none; int64, (rows,)."""
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        where = f"step split ({type(self).__name__})"
        values = single_values(rows.batch, self.categorical_column, where)
        categories = self.known_categories()
        if pa.types.is_null(values.type):
            return np.full(len(rows), -1, dtype=np.int64)
        if isinstance(categories[0], str) == pa.types.is_integer(values.type) or pa.types.is_floating(values.type):
            raise DataError(
                f"The column {self.categorical_column!r} holds {values.type}, not the kind of its categories.",
                where=where,
                advice="Name texts for a column of text and whole numbers for a column of whole numbers.",
            )
        known = pa.array(
            [value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value for value in categories]
        )
        if not pa.types.is_integer(values.type):
            values = values.cast(pa.binary())
        found = pc.index_in(values, value_set=known.cast(values.type))
        indices: Indices = found.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
        return indices


class CategoricalDomainSplit(_CategoricalSplit):
    """Gives whole categories to splits: some countries to train on, others to evaluate on.

    Args:
        categorical_column: a column of text or whole numbers.
        split_map: split name to the list of its categories.
        unknown_category_policy: what becomes of rows whose category is not named, or missing: ``skip`` leaves them
            out, the name of a split puts them there.

    Raises:
        DeclarationError: a category stands in two splits, texts and numbers are mixed, or a name is no split name.
    """

    def __init__(
        self,
        categorical_column: str,
        split_map: Mapping[str, Sequence[Category]],
        unknown_category_policy: str = SKIP,
    ) -> None:
        self.categorical_column = check_column_name("categorical_column", categorical_column)
        self.split_map = {
            name: listed(f"split_map[{name!r}]", values) for name, values in mapped("split_map", split_map).items()
        }
        self.unknown_category_policy = unknown_category_policy
        check_split_names(list(self.split_map))
        self._check_policy()
        for name, categories in self.split_map.items():
            if not categories and name != unknown_category_policy:
                raise DeclarationError(
                    f"The split {name!r} has no category.",
                    advice="Name its categories, leave the split out, or make it the unknown_category_policy.",
                )
        _check_categories("split_map", self.known_categories())

    def get_split_names(self) -> list[str]:
        return list(self.split_map)

    def known_categories(self) -> list[Category]:
        return [category for categories in self.split_map.values() for category in categories]

    def partition(self, rows: Rows) -> Indices:
        import numpy as np

        owners = [index for index, categories in enumerate(self.split_map.values()) for _ in categories]
        # The last entry is what the index -1 of other categories finds.
        table = np.array([*owners, self._unknown_index()], dtype=np.int64)
        return table[self._category_indices(rows)]

    def check_data(self, data: CommittedData) -> None:
        counts = self._counts(data)
        others = sum(counts.values()) - sum(counts[category] for category in self.known_categories())
        for name, categories in self.split_map.items():
            if not categories and not others:
                why = f"every row of {self.categorical_column!r} has a category of another split"
                raise stays_empty(self, name, why, "Leave this split out, or give it a category.")


class CategoricalRatioSplit(_CategoricalSplit):
    """Divides the rows of each category in the same ratio, so that every split has its share of each (stratified).

    Within a category the rows are ordered by a hash of their content and the seed, and cut at the shares. So the
    order of the rows in the data changes nothing, and equal rows go to the same split; but for these, the sizes are
    exact to one row.

    Args:
        categorical_column: a column of text or whole numbers.
        categories: the categories whose rows are divided.
        split_ratio: split name to its share of the rows of each category; the shares sum to 1.
        unknown_category_policy: what becomes of rows whose category is not named, or missing: ``skip`` leaves them
            out, the name of a split puts all of them there.
        seed: another seed gives another split.

    Raises:
        DeclarationError: a category is named twice, texts and numbers are mixed, or the shares do not sum to 1.
    """

    def __init__(
        self,
        categorical_column: str,
        categories: Sequence[Category],
        split_ratio: Mapping[str, float],
        unknown_category_policy: str = SKIP,
        seed: int = 0,
    ) -> None:
        self.categorical_column = check_column_name("categorical_column", categorical_column)
        self.categories = listed("categories", categories)
        self.split_ratio = mapped("split_ratio", split_ratio)
        self.unknown_category_policy = unknown_category_policy
        self.seed = whole_number("seed", seed)
        check_shares(self, "split_ratio", self.split_ratio)
        self._check_policy()
        _check_categories("categories", self.categories)

    def get_split_names(self) -> list[str]:
        return list(self.split_ratio)

    def known_categories(self) -> list[Category]:
        return list(self.categories)

    def fit(self, batches: Iterable[Rows]) -> Partition:
        import numpy as np

        hashes: list[list[npt.NDArray[np.uint64]]] = [[] for _ in self.categories]
        for rows in batches:
            found, hashed = self._category_indices(rows), self._hashes(rows)
            for index in np.unique(found[found >= 0]):
                hashes[index].append(hashed[found == index])
        none = np.zeros(0, dtype=np.uint64)
        ordered = [np.sort(np.concatenate([none, *parts])) for parts in hashes]
        return _Stratified(self, [self._limits(values) for values in ordered], self._learned(ordered))

    def _hashes(self, rows: Rows) -> npt.NDArray[np.uint64]:
        from zenml_nb.steps.row_hash import hash_rows

        return hash_rows(rows.batch, self.seed)

    def _cuts(self, n_rows: int) -> list[int]:
        """How many rows of a category lie before the start of each split but the first."""
        import numpy as np

        ends = np.cumsum(list(self.split_ratio.values()))[:-1]
        return [round(float(end) * n_rows) for end in ends]

    def _limits(self, ordered: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
        """The least hash of each split but the first, uint64 of shape (splits - 1,)."""
        import numpy as np

        beyond = np.uint64(2**64 - 1)
        limits = [ordered[cut] if cut < len(ordered) else beyond for cut in self._cuts(len(ordered))]
        return np.array(limits, dtype=np.uint64)

    def _learned(self, ordered: Sequence[npt.NDArray[np.uint64]]) -> dict[str, Any]:
        import numpy as np

        rows = {}
        for category, values in zip(self.categories, ordered, strict=True):
            chosen = np.searchsorted(self._limits(values), values, side="right")
            counts = np.bincount(chosen, minlength=len(self.split_ratio))
            rows[str(category)] = dict(zip(self.split_ratio, map(int, counts), strict=True))
        return {"rows": rows}

    def check_data(self, data: CommittedData) -> None:
        counts = self._counts(data)
        names = self.get_split_names()
        sizes = [0] * len(names)
        for category in self.categories:
            cuts = [0, *self._cuts(counts[category]), counts[category]]
            sizes = [size + end - start for size, start, end in zip(sizes, cuts[:-1], cuts[1:], strict=True)]
        if self.unknown_category_policy != SKIP:
            others = sum(counts.values()) - sum(counts[category] for category in self.categories)
            sizes[names.index(self.unknown_category_policy)] += others
        for name, size in zip(names, sizes, strict=True):
            if not size:
                why = f"{self.split_ratio[name]:g} of the rows of each category is less than one row"
                raise stays_empty(self, name, why, "Use more data, a larger share, or leave this split out.")


@dataclass(frozen=True)
class _Stratified:
    """A CategoricalRatioSplit that knows the hashes at which each category is cut."""

    step: CategoricalRatioSplit
    limits: Sequence[npt.NDArray[np.uint64]]
    learned: Mapping[str, Any]

    def partition(self, rows: Rows) -> Indices:
        import numpy as np

        found, hashed = self.step._category_indices(rows), self.step._hashes(rows)
        chosen = np.full(len(rows), self.step._unknown_index(), dtype=np.int64)
        for index in np.unique(found[found >= 0]):
            of_it = found == index
            chosen[of_it] = np.searchsorted(self.limits[index], hashed[of_it], side="right")
        return chosen


def _check_categories(argument: str, categories: Sequence[Any]) -> None:
    if not categories:
        raise DeclarationError(f"{argument} names no category.", advice="Name at least one.")
    for category in categories:
        if isinstance(category, bool) or not isinstance(category, (str, int)):
            raise DeclarationError(
                f"{argument} holds {category!r}.", advice="A category is a text, or a whole number of Python."
            )
        if isinstance(category, int) and category not in _INTEGERS:
            raise DeclarationError(f"{argument} holds {category}.", advice="Whole numbers have at most 64 bits.")
    if len({type(category) for category in categories}) > 1:
        raise DeclarationError(
            f"{argument} mixes texts and numbers.", advice="A column holds either texts or whole numbers."
        )
    twice = [category for category, count in Counter(categories).items() if count > 1]
    if twice:
        raise DeclarationError(
            f"{argument} names the category {twice[0]!r} twice.", advice="A category belongs to one place."
        )
