"""Commits: what is kept, found again and refused."""

from __future__ import annotations

import errno
import hashlib
import json
import struct

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from zenml_nb.datasources import BaseDatasource, PandasDatasource, commits, snapshot
from zenml_nb.datasources.hashing import ColumnHash, commit_id
from zenml_nb.errors import (
    ConfigError,
    DataError,
    DeclarationError,
    NotAvailableError,
    StoreError,
    ZenmlNbError,
)
from zenml_nb.repository import create_repository, find_repository


class Batches(BaseDatasource):
    """A datasource of a test's own batches."""

    unrecorded = frozenset({"batches"})

    def __init__(self, name, batches=()):
        super().__init__(name)
        self.batches = batches

    def read(self):
        yield from self.batches


def test_the_layout_of_a_commit(make_source, home):
    commit_id = make_source(1, 2, 3).commit()
    assert [path.name for path in home.iterdir()] == [commit_id]
    assert sorted(path.name for path in (home / commit_id).iterdir()) == ["commit.json", "data.parquet"]
    content = json.loads((home / commit_id / "commit.json").read_text())
    assert content["version"] == 1
    commit = make_source().get_commit()
    assert (commit.id, commit.datasource, commit.n_rows) == (commit_id, "source", 3)
    assert commit.folder == home / commit_id
    assert commit.n_bytes == (home / commit_id / "data.parquet").stat().st_size
    assert commit.created.endswith("+00:00")


def test_an_id_is_the_same_everywhere():
    columns = [pa.array([1, None, -3]), pa.array([0.5, None, None], pa.float32()), pa.array(["a", None, "é"])]
    kinds = ["INTEGER", "FLOAT", "STRING"]
    hashes = [ColumnHash(kind) for kind in kinds]
    for column_hash, column in zip(hashes, columns, strict=True):
        column_hash.add(column)
    streams = [
        [b"\1\0\1", struct.pack("<2q", 1, -3), b""],
        [b"\1\0\0", struct.pack("<f", 0.5), b""],
        [b"\1\0\1", struct.pack("<2I", 1, 2), "aé".encode()],
    ]
    digests = [[hashlib.sha256(stream).hexdigest() for stream in column] for column in streams]
    parts = [[name, kind, *column] for name, kind, column in zip("ifs", kinds, digests, strict=True)]
    content = json.dumps(["zenml_nb/commit/1", 3, parts], separators=(",", ":"))
    expected = hashlib.sha256(content.encode()).hexdigest()[:16]
    # Written down once: every platform and every version of the libraries must give this.
    assert commit_id(3, ["i", "f", "s"], kinds, hashes) == expected == "f36ecfc453f07d88"


@pytest.mark.parametrize("cut", [1, 2, 5])
def test_an_id_does_not_depend_on_slices(repository, cut):
    whole = pa.record_batch([pa.array(["", "ab", None, "cd", "é", ""])], ["a"])
    parts = [whole.slice(start, cut) for start in range(0, 6, cut)]
    assert Batches("one", [whole]).commit() == Batches("two", parts).commit()


@pytest.mark.parametrize(
    "other",
    [{"a": [1, 2]}, {"b": [1, 2, 3]}, {"a": [1.0, 2.0, 3.0]}, {"a": ["1", "2", "3"]}, {"a": [1, 3, 2]}],
)
def test_another_content_has_another_id(make_source, other):
    assert make_source(1, 2, 3).commit() != PandasDatasource("source", df=pd.DataFrame(other)).commit()


def test_texts_cut_at_other_places_differ(make_source):
    ids = {make_source(*v).commit() for v in (["ab", "c"], ["a", "bc"], ["", "abc"], [None, "abc"], ["abc", None])}
    assert len(ids) == 5


def test_the_same_content_is_kept_once(make_source, home):
    first = make_source(1).commit()
    before = (home / first / "data.parquet").stat().st_mtime_ns
    assert make_source(1).commit() == first
    assert (home / first / "data.parquet").stat().st_mtime_ns == before
    assert [path.name for path in home.iterdir()] == [first]


def test_an_unchanged_file_is_not_parsed_again(make_csv, monkeypatch):
    source = make_csv("a\n1\n")
    first = source.commit()
    monkeypatch.setattr(type(source), "_attempt", lambda *_: pytest.fail("was read"))
    assert source.commit() == first


def test_other_options_are_another_reading(make_csv):
    assert make_csv("a\n1\n").commit() != make_csv("a\n1\n", column_types={"a": "FLOAT"}).commit()


def test_equal_content_of_a_file_and_a_frame_has_one_id(make_csv, make_source):
    assert make_csv("a\n1\n2\n").commit() == make_source(1, 2).commit()


def test_commits_are_listed_oldest_first(make_source, monkeypatch):
    assert make_source(1).get_first_commit() is None
    assert make_source(1).get_latest_commit() is None
    ids = [make_source(value).commit() for value in range(5)]
    source = make_source(0)
    assert [commit.id for commit in source.get_commits()] == ids
    assert (source.get_first_commit(), source.get_latest_commit()) == (ids[0], ids[-1])
    assert source.get_commit().id == ids[-1]
    assert source.get_commit(ids[2]).id == ids[2]


def test_commits_of_one_instant_keep_their_order(make_source, monkeypatch):
    class Clock:
        @staticmethod
        def now(zone):
            import datetime

            return datetime.datetime(2024, 1, 1, tzinfo=zone)

    monkeypatch.setattr(snapshot, "datetime", Clock)
    ids = [make_source(value).commit() for value in range(10)]
    assert [commit.id for commit in make_source(0).get_commits()] == ids


def test_an_unknown_commit_names_the_nearest(make_source):
    commit_id = make_source(1).commit()
    with pytest.raises(NotAvailableError, match=f"no commit '{commit_id[:-1]}'(.|\n)*Did you mean '{commit_id}'"):
        make_source(1).get_commit(commit_id[:-1])


def test_no_commit_yet(make_source):
    with pytest.raises(NotAvailableError, match=r"no commit yet(.|\n)*commit\(\)"):
        make_source(1).get_commit()


def test_reading_creates_no_repository(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert PandasDatasource("x").get_commits() == []
    assert find_repository() is None


def test_a_repository_can_be_given(make_source, tmp_path, monkeypatch):
    other = create_repository(tmp_path / "other")
    commit_id = make_source(1).commit(other)
    assert make_source().get_commits() == []
    assert make_source().get_latest_commit(other) == commit_id
    assert (other.artifact_store / "datasources" / "source" / commit_id).is_dir()


def test_record_batches_are_small_and_complete(make_source, monkeypatch):
    monkeypatch.setattr(snapshot, "ROWS_PER_GROUP", 100)
    source = make_source(*range(1050))
    commit = source.get_commit(source.commit())
    groups = pq.ParquetFile(commit.folder / "data.parquet")
    sizes = [groups.metadata.row_group(i).num_rows for i in range(groups.num_row_groups)]
    assert sizes == [100] * 10 + [50]
    batches = list(commit.record_batches(max_rows=64))
    assert max(batch.num_rows for batch in batches) <= 64
    assert [v for batch in batches for v in batch.column(0).to_pylist()] == list(range(1050))
    with pytest.raises(DataError, match="max_rows is 0"):
        commit.record_batches(0)


def test_long_texts_close_a_row_group_early(repository, monkeypatch):
    monkeypatch.setattr(snapshot, "_BYTES_PER_GROUP", 1000)
    batches = [pa.record_batch([pa.array(["z" * 600])], ["a"])] * 5
    source = Batches("long", batches)
    commit = source.get_commit(source.commit())
    assert pq.ParquetFile(commit.folder / "data.parquet").num_row_groups == 3


def test_column_names_the_nearest(make_source):
    source = make_source(1)
    commit = source.get_commit(source.commit())
    assert commit.column("a").type == "INTEGER"
    with pytest.raises(DataError, match=r"no column 'A'(.|\n)*Did you mean 'a'"):
        commit.column("A")


def test_sample_data_commits_first_and_gives_the_first_rows(make_source):
    source = make_source(*range(1000))
    assert source.sample_data(3)["a"].tolist() == [0, 1, 2]
    assert len(source.get_commits()) == 1
    assert len(source.sample_data()) == 1000
    assert make_source(7, name="fresh").n_datapoints == 1


def test_sample_data_keeps_types(make_csv):
    frame = make_csv("i,m,f,s\n1,9007199254740993,,\n2,,2.5,x\n").sample_data()
    assert [str(frame[name].dtype) for name in "imf"] == ["int64", "Int64", "float32"]
    assert frame["m"].tolist() == [9007199254740993, pd.NA]
    assert frame["s"].tolist() == [None, "x"]
    assert np.isnan(frame["f"][0])


@pytest.mark.parametrize("size", [0, -1, 1.5, True])
def test_sample_size_is_a_positive_number(make_source, size):
    with pytest.raises(DataError, match="sample_size"):
        make_source(1).sample_data(size)


@pytest.mark.parametrize(
    ("batches", "word"),
    [
        ([], "no rows"),
        ([pa.record_batch([pa.array([], pa.int64())], ["a"])], "no rows"),
        ([pa.record_batch([pa.array([True])], ["a"])], "type bool"),
        ([pa.record_batch([pa.array([1]), pa.array([2])], ["a", "a"])], "unique"),
        ([pa.record_batch([pa.array([1])], ["a"]), pa.record_batch([pa.array([1])], ["b"])], "differ"),
    ],
)
def test_unfit_batches_of_a_subclass(repository, batches, word):
    with pytest.raises(DataError, match=word):
        Batches("x", batches).commit()
    assert not list((repository.artifact_store / "datasources" / "x").iterdir())


def test_an_error_of_a_subclass_is_not_the_stores(repository):
    class Broken(Batches):
        def read(self):
            yield pa.record_batch([pa.array([1])], ["a"])
            raise OSError(errno.ECONNRESET, "connection reset")

    with pytest.raises(OSError, match="connection reset") as caught:
        Broken("x").commit()
    assert not isinstance(caught.value, ZenmlNbError)
    assert not list((repository.artifact_store / "datasources" / "x").iterdir())


@pytest.mark.parametrize("content", ["", "[]", "{", '{"version": 1}', "\udcff"])
def test_a_damaged_description(make_source, home, content):
    commit_id = make_source(1).commit()
    (home / commit_id / "commit.json").write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(StoreError, match=r"cannot be read(.|\n)*commit\.json"):
        make_source(1).get_commits()


def test_a_description_of_a_newer_version(make_source, home):
    commit_id = make_source(1).commit()
    (home / commit_id / "commit.json").write_text('{"version": 3}')
    with pytest.raises(ConfigError, match="format 3"):
        make_source(1).get_commits()


@pytest.mark.parametrize("content", [b"", b"PAR1 half", None])
def test_damaged_data(make_source, home, content):
    source = make_source(1)
    path = home / source.commit() / "data.parquet"
    path.unlink() if content is None else path.write_bytes(content)
    with pytest.raises(StoreError, match=r"cannot be read(.|\n)*data\.parquet"):
        list(source.get_commit().record_batches())


@pytest.mark.parametrize("name", ["a", "A.b-c_1", "1", "a" * 100])
def test_names(name):
    assert PandasDatasource(name).name == name


@pytest.mark.parametrize("name", ["", ".a", "-a", "a/b", "a b", "ä", "a\n", "a" * 101, None, 3])
def test_names_that_are_none(name):
    with pytest.raises(DeclarationError, match="cannot name a datasource"):
        PandasDatasource(name)


def test_the_import_and_a_declaration_are_light(python):
    code = (
        "import sys; from zenml_nb.datasources import CSVDatasource, PandasDatasource;"
        "CSVDatasource('a', path='x.csv', column_types={'a': 'STRING'}); PandasDatasource('b');"
        "print([m for m in ('pyarrow', 'pandas', 'numpy', 'tensorflow', 'yaml') if m in sys.modules])"
    )
    assert python(code).communicate()[0].strip() == "[]"


def test_large_rows_come_in_small_batches(repository, monkeypatch):
    rng = np.random.default_rng(1)
    values = pa.array([rng.bytes(10_000) for _ in range(40)])
    source = Batches("large", [pa.record_batch([values], ["image"])])
    monkeypatch.setattr(commits, "BATCH_BYTES", 100_000)
    commit = source.get_commit(source.commit())
    sizes = [batch.num_rows for batch in commit.record_batches()]
    assert sum(sizes) == 40
    assert max(sizes) <= 10
    assert pa.Table.from_batches(commit.record_batches()).column("image").to_pylist() == values.to_pylist()


def test_lists_and_bytes_have_their_own_version_of_the_format(repository):
    plain = Batches("plain", [pa.record_batch([pa.array([1])], ["a"])])
    lists = Batches("lists", [pa.record_batch([pa.array([[1], None, []])], ["a"])])
    versions = {}
    for source in (plain, lists):
        commit = source.get_commit(source.commit())
        content = json.loads((commit.folder / "commit.json").read_text())
        versions[source.name] = content["version"]
        assert source.get_commit() == commit
    assert versions == {"plain": 1, "lists": 2}
    column = lists.get_commit().columns[0]
    assert (column.type, column.many, column.n_missing) == ("INTEGER", True, 1)


def test_lists_cut_at_other_places_differ(repository):
    contents = [[[1, 2], [3]], [[1], [2, 3]], [[], [1, 2, 3]], [None, [1, 2, 3]], [[1, 2, 3], []]]
    ids = {Batches(f"l{i}", [pa.record_batch([pa.array(c)], ["a"])]).commit() for i, c in enumerate(contents)}
    assert len(ids) == 5
    whole = pa.record_batch([pa.array([["a"], None, ["b", "c"], [], ["d"]])], ["a"])
    parts = [whole.slice(start, 2) for start in (0, 2, 4)]
    assert Batches("whole", [whole]).commit() == Batches("parts", parts).commit()


def test_a_list_with_a_missing_value_is_refused(repository):
    with pytest.raises(DataError, match="missing value"):
        Batches("l", [pa.record_batch([pa.array([[1, None]])], ["a"])]).commit()
