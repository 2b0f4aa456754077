"""Bad CSV files: every one is told with its place and with advice."""

from __future__ import annotations

import bz2
import gzip
import os

import pytest

from zenml_nb.datasources import CSVDatasource, csv_read
from zenml_nb.errors import DataError


@pytest.fixture
def fault(make_csv):
    """Commit a file and give the error's text; nothing may be left of the commit."""

    def commit(content, **options):
        source = make_csv(content, **options)
        with pytest.raises(DataError) as caught:
            source.commit()
        assert source.get_commits() == []
        assert not list(source._home(source_repository()).glob("*"))
        with pytest.raises(DataError):
            list(source.read())
        return str(caught.value)

    def source_repository():
        from zenml_nb.repository import get_repository

        return get_repository()

    return commit


def test_a_missing_file_names_the_nearest(repository):
    (repository.root / "penguins.csv").write_text("a\n1\n")
    with pytest.raises(DataError, match=r"no file 'pengins\.csv'(.|\n)*Did you mean 'penguins\.csv'"):
        CSVDatasource("x", path="pengins.csv").commit()


def test_a_missing_folder(repository):
    with pytest.raises(DataError, match="no folder 'nowhere'"):
        CSVDatasource("x", path="nowhere/a.csv").commit()


def test_a_folder_without_such_files(repository):
    (repository.root / "folder").mkdir()
    (repository.root / "folder" / "taxi.txt").write_text("a\n1\n")
    with pytest.raises(DataError, match=r"The folder holds no CSV files(.|\n)*taxi\.txt"):
        CSVDatasource("x", path="folder").commit()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(make_csv):
    source = make_csv("a\n1\n")
    os.chmod(source.path, 0)
    with pytest.raises(DataError, match="may not be read"):
        source.commit()


def test_a_failing_read_is_ours(make_csv, monkeypatch):
    source = make_csv("a\n1\n")

    def refuse(*args):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("builtins.open", refuse)
    with pytest.raises(DataError, match=r"may not be read(.|\n)*chmod"):
        source._origin()


@pytest.mark.parametrize("content", ["", "\n\n", "\ufeff"])
def test_an_empty_file(fault, content):
    assert "The file is empty." in fault(content)


@pytest.mark.parametrize("content", ["a,b", "a,b\n", "\na,b\n\n\n"])
def test_a_header_only(fault, content):
    assert "a header and no rows" in fault(content)


def test_duplicate_columns(fault):
    text = fault("a,b,a,c,b\n1,2,3,4,5\n")
    assert "'a' at columns 1, 3; 'b' at columns 2, 5" in text
    assert "data.csv, line 1, column 3" in text


@pytest.mark.parametrize("content", ["a,,c\n1,2,3\n", "a, ,c\n1,2,3\n"])
def test_an_empty_column_name(fault, content):
    text = fault(content)
    assert "column 2 of 3 is empty" in text
    assert "line 1, column 2" in text


def test_latin_1(fault):
    text = fault('a,b\n"x\ny",1\nMünchen,2\n'.encode("latin-1"))
    assert "0xfc at byte offset 13" in text
    assert "line 4, byte 2 of the line" in text
    assert "München" in text
    assert "iconv -f latin-1" in text


def test_latin_1_after_other_line_ends(fault):
    assert "line 3, byte 1 of the line" in fault(b"a\r1\r\xe9\r")


def test_latin_1_in_the_header(fault):
    assert "line 1, byte 2 of the line" in fault("Größe,b\n1,2\n".encode("latin-1").replace(b"r\xf6", b"\xf6"))


def test_latin_1_behind_a_byte_order_mark(fault):
    assert "line 1, byte 1 of the line" in fault(b"\xef\xbb\xbf\xe9,b\n1,2\n")


def test_utf_16(fault):
    text = fault("a,b\n1,2\n".encode("utf-16"))
    assert "iconv -f UTF-16" in text


def test_a_nul_byte(fault):
    text = fault(b"a,b\n1,2\n3,\0\n")
    assert "NUL byte at byte offset 10" in text
    assert "line 3" in text


def test_a_packed_file(fault):
    assert "compressed by bzip2" in fault(bz2.compress(b"a,b\n1,2\n" * 100))


def test_a_packed_file_that_is_cut_off(fault):
    text = fault(gzip.compress(b"a,b\n1,2\n" * 100)[:-9])
    assert "damaged or cut off" in text
    assert "data.csv" in text


def test_text_that_begins_like_a_packed_file(make_csv):
    assert make_csv("PK,b\n1,2\n").commit()


def test_ragged_rows_behind_quoted_line_breaks(fault):
    text = fault('a,b\n1,"x\ny\nz"\n\n2,3,4\n5\n6,7\n')
    assert "The header has 2 fields, and 2 rows not: line 6 has 3, line 7 has 1." in text
    assert "data.csv, line 6" in text


def test_many_ragged_rows(fault):
    text = fault("a,b\n" + "1\n" * 100)
    assert "more than 5 rows not: line 2 has 1, line 3 has 1, line 4 has 1, line 5 has 1, line 6 has 1." in text


def test_a_quote_that_is_never_closed(fault):
    text = fault('a,b\n1,2\n3,"x\n4,y\n5,z\n')
    assert "never closed" in text
    assert "line 3, column 2" in text


def test_a_quote_that_is_never_closed_behind_one_that_is_text(fault):
    text = fault('a,b\n5" pipe,2\n3,"x\n4,y\n')
    assert "never closed" in text
    assert "line 3, column 2" in text


def test_a_last_field_with_line_breaks(make_csv, values_of):
    assert values_of(make_csv('a,b\n1,"x\ny\n"\n'))[0] == {"a": [1], "b": ["x\ny\n"]}


def test_an_odd_quote_inside_a_field_is_text(make_csv, values_of):
    values, _ = values_of(make_csv('a,b\n1,5" pipe\n2,y\n'))
    assert values["b"] == ['5" pipe', "y"]


@pytest.mark.parametrize("block", [64, 1 << 20])
@pytest.mark.parametrize("value", ["abc", "1.5", "99999999999999999999"])
def test_a_value_that_does_not_fit_its_declared_type(fault, monkeypatch, block, value):
    monkeypatch.setattr(csv_read, "BLOCK_BYTES", block)
    text = fault('s,n\n"x\ny",NA\n' + "x,1\n" * 100 + f"x,{value}\nx,zzz\n", column_types={"n": "INTEGER"})
    assert f"The value '{value}' is no INTEGER" in text
    assert "data.csv, line 104, column 'n'" in text
    assert "null_values" in text


def test_an_unknown_declared_column(fault):
    text = fault("species,n\nx,1\n", column_types={"specie": "STRING"})
    assert "'specie'" in text
    assert "Did you mean 'species'?" in text
