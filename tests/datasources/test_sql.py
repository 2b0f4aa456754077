"""Queries and tables of SQLite files."""

from __future__ import annotations

import contextlib
import gzip
import sqlite3
import tracemalloc

import pytest

from zenml_nb.datasources import SQLDatasource, sql_rows
from zenml_nb.errors import DeclarationError


@pytest.fixture
def database(repository):
    path = repository.root / "d.db"
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            """
            create table birds (species text, mass real, n integer, photo blob);
            insert into birds values ('gentoo', 5.5, 1, x'ff00'), ('adélie', null, 2, null), (null, 3, 3, x'');
            create view heavy as select species from birds where mass > 4;
            create table "odd ""name" (a);
            insert into "odd ""name" values (1);
            """
        )
    return path


ROWS = {
    "species": ["gentoo", "adélie", None],
    "mass": [5.5, None, 3.0],
    "n": [1, 2, 3],
    "photo": [b"\xff\x00", None, b""],
}


@pytest.mark.parametrize("options", [{"table": "birds"}, {"query": "select * from birds -- all\n;"}])
def test_a_table_and_a_query(database, values_of, options):
    values, types = values_of(SQLDatasource("s", path="d.db", **options))
    assert values == ROWS
    assert types == {"species": "STRING", "mass": "FLOAT", "n": "INTEGER", "photo": "BYTES"}


@pytest.mark.parametrize("table", ["heavy", 'odd "name', "main.birds"])
def test_names_of_tables(database, values_of, table):
    assert values_of(SQLDatasource("s", table=table, path="d.db"))[0]


@pytest.mark.parametrize("query", ["/* x */ WITH a AS (SELECT 1 AS b) SELECT * FROM a", "VALUES (1)", "(select 1)"])
def test_queries_that_read(query):
    assert SQLDatasource("s", query, path="d.db").query == query


def test_a_later_row_settles_a_type(database, values_of, monkeypatch):
    monkeypatch.setattr("zenml_nb.datasources.sqlite.ROWS_AT_ONCE", 1)
    values, types = values_of(SQLDatasource("s", "select mass as m from birds order by n desc", path="d.db"))
    assert (values["m"], types["m"]) == ([3.0, None, 5.5], "FLOAT")


@pytest.mark.parametrize("order", ["asc", "desc"])
def test_texts_among_bytes_are_bytes(database, values_of, order):
    query = f"select x from (select 1 as n, 'a' as x union all select 2, x'ff') order by n {order}"
    values, types = values_of(SQLDatasource("s", query, path="d.db"))
    assert types == {"x": "BYTES"}
    assert values["x"] == ([b"a", b"\xff"] if order == "asc" else [b"\xff", b"a"])


def test_declared_types(database, values_of):
    source = SQLDatasource(
        "s",
        "select '2024-01-31 00:00:00' as t, 7 as z from birds",
        path="d.db",
        column_types={"t": "DATETIME", "z": "STRING"},
    )
    assert values_of(source)[0] == {"t": [1706659200] * 3, "z": ["7"] * 3}


def test_memory_is_bounded(repository):
    with contextlib.closing(sqlite3.connect(repository.root / "big.db")) as connection:
        connection.execute("create table t (a text)")
        connection.executemany("insert into t values (?)", ((f"{i:0200}",) for i in range(100_000)))
        connection.commit()
    tracemalloc.start()
    n_rows = sum(batch.num_rows for batch in SQLDatasource("s", table="t", path="big.db").read())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert n_rows == 100_000
    # The table has 20 MB.
    assert peak < 5_000_000


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("select specie\nfrom birds", ["no such column: specie", "line 1, column 8", "Did you mean 'species'"]),
        ("select *\nfrom bird", ["no such table: bird", "line 2, column 6", "Did you mean 'birds'"]),
        ("select *\n  form birds", ['near "form"', "line 2, column 3"]),
        ("select 1; select 2", ["several statements"]),
        ("select 1; drop table birds", ["several statements"]),
        ("with a as (select 1) delete from birds", ["does more than read"]),
        ("with a as (select 1) insert into birds select 1, 2, 3, 4", ["does more than read"]),
        ("select load_extension('x')", ["d.db, the query"]),
        ("select a.n, b.n from birds a, birds b", ["1, 2 of the result have the same name, 'n'", "AS other"]),
        ("select * from birds where 0", ["no rows"]),
        ('select 1 as "" from birds', ["has no name"]),
        ("select 1 as a union all select 'x'", ["holds a text ('x')", "row 2, column 'a'", "CAST(a AS"]),
        ("select cast(x'ff' as text) as a", ["UTF-8", "BLOB"]),
        ("select abs('x', 2)", ["wrong number of arguments"]),
    ],
)
def test_faults(database, fault_of, query, words):
    before = database.read_bytes()
    text = fault_of(SQLDatasource("s", query, path="d.db"))
    for word in words:
        assert word in text
    assert database.read_bytes() == before


def test_nothing_is_written_beside_the_file(database, values_of, repository):
    before = sorted(path.name for path in repository.root.iterdir())
    values_of(SQLDatasource("s", table="birds", path="d.db"))
    assert sorted(path.name for path in repository.root.iterdir()) == before


def test_a_missing_table_and_file(database, fault_of):
    assert "Did you mean 'birds'" in fault_of(SQLDatasource("s", table="brids", path="d.db"))
    assert "Did you mean 'd.db'" in fault_of(SQLDatasource("s", table="birds", path="d.dbb"))


@pytest.mark.parametrize(
    ("cut", "words"),
    [(0, "empty"), (50, "damaged"), (5000, "cut off: it has 5,000 of 12,288 bytes"), (None, "no SQLite database")],
)
def test_damaged_files(database, fault_of, cut, words):
    database.write_bytes(b"a,b\n1,2\n" * 99 if cut is None else database.read_bytes()[:cut])
    text = fault_of(SQLDatasource("s", table="birds", path="d.db"))
    assert words in text
    assert "d.db" in text


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"path": "d.db"}, "a query or a table"),
        ({"query": "select 1", "table": "a", "path": "d.db"}, "a query or a table"),
        ({"query": "select 1"}, "a path or a url"),
        ({"query": "select 1", "path": "d.db", "url": "postgresql://h/d"}, "a path or a url"),
        ({"query": " -- x", "path": "d.db"}, "empty"),
        ({"query": "drop table a", "path": "d.db"}, "begins with 'drop'"),
        ({"query": "/* select */ pragma user_version", "path": "d.db"}, "begins with 'pragma'"),
        ({"query": "show tables", "path": "d.db"}, "begins with 'show'"),
        ({"query": 3, "path": "d.db"}, "int"),
        ({"table": "", "path": "d.db"}, "table is ''"),
        ({"query": "select 1", "url": "sqlite:///d.db"}, "is a file"),
        ({"query": "select 1", "url": "host/db"}, "no URL"),
        ({"query": "select 1", "url": "postgresql://h:port/d"}, "cannot be read"),
        ({"query": "select 1", "path": "d.db", "password_env": "X"}, "no password"),
    ],
)
def test_declarations(options, words):
    with pytest.raises(DeclarationError, match=words):
        SQLDatasource("s", **options)


@pytest.mark.parametrize(
    "options",
    [
        {"url": "postgresql://user:hunter2@host/db"},
        {"url": "postgresql+psycopg://user:hunter2/x@host:5432/db"},
        {"url": "mysql+pymysql://host/db?password=hunter2"},
        {"url": "postgresql://host/db?sslpassword=hunter2"},
        {"url": "trino://u@h/d?apikey=hunter2"},
        {"url": "snowflake://u@h/d?private_key=hunter2"},
        {"url": "mssql+pyodbc:///?odbc_connect=UID%3Du%3BPWD%3Dhunter2"},
        {"url": "postgresql://host/db", "password_env": "hunter2!"},
    ],
)
def test_no_password_is_recorded_or_repeated(options):
    with pytest.raises(DeclarationError, match="password_env=") as caught:
        SQLDatasource("s", "select 1", **options)
    assert "hunter2" not in str(caught.value)


def test_what_is_recorded():
    source = SQLDatasource("s", "select 1", url="postgresql+psycopg://u@h/d", password_env="SECRET")
    assert source.args["password_env"] == "SECRET"
    assert source.args["url"] == "postgresql+psycopg://u@h/d"


def test_places_in_a_query():
    query = "select a,\n  b\nfrom t"
    assert sql_rows.line_and_column(query, query.index("b")) == "line 2, column 3"
    assert sql_rows.places_in(query, "Unknown column 'b' in 'field list'") == "line 2, column 3"
    assert sql_rows.places_in(query, "… to use near 'b\nfrom t' at line 2") == "line 2, column 3"
    assert (
        sql_rows.places_in("select b, a.b, bb", 'column "b" does not exist') == "line 1, column 8 or line 1, column 13"
    )
    assert sql_rows.places_in(query, "something else") == ""


@pytest.mark.parametrize("pages", [1, 2])
def test_a_file_that_is_cut_off_between_its_pages(repository, fault_of, pages):
    path = repository.root / "big.db"
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("create table a (n integer)")
        connection.executemany("insert into a values (?)", [(n,) for n in range(5000)])
        connection.commit()
    size = path.stat().st_size
    path.write_bytes(path.read_bytes()[: -4096 * pages])
    text = fault_of(SQLDatasource("s", "select 1 as n", path="big.db"))
    assert "cut off" in text
    assert f"{size:,}" in text


def test_a_packed_file(database, fault_of):
    database.write_bytes(gzip.compress(database.read_bytes()))
    assert "gunzip" in fault_of(SQLDatasource("s", table="birds", path="d.db"))
