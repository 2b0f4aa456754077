"""Queries on real servers, which these tests start and end."""

from __future__ import annotations

import datetime
import decimal
import tracemalloc

import pytest

from tests.servers import mariadb_server, postgresql_server
from zenml_nb.datasources import SQLDatasource
from zenml_nb.errors import ConfigError, EnvironmentMissingError

sa = pytest.importorskip("sqlalchemy")

WORD = "secret/w%rd"
ADD_BIRD = {
    "postgresql": "create function add_bird() returns int language sql "
    "as 'insert into birds (n) values (9) returning n'",
    "mariadb": "create function add_bird() returns int modifies sql data "
    "begin insert into birds (n) values (9); return 9; end",
}
SERVERS = {
    "postgresql": ("psycopg", postgresql_server, "postgresql+psycopg://nb@127.0.0.1:{port}/postgres"),
    "mariadb": ("pymysql", mariadb_server, "mysql+pymysql://nb@127.0.0.1:{port}/nb"),
}
ROWS = [
    (1, "é: 100% \\x", 0.1, decimal.Decimal("1.50"), True, datetime.datetime(2024, 1, 31, 12), b"\xff\x00"),
    (2, None, None, None, None, None, None),
    (3, "b", float(2**40), decimal.Decimal("-3"), False, datetime.datetime(1969, 12, 31, 23, 59, 59), b""),
]


@pytest.fixture(scope="module", params=list(SERVERS))
def server(request):
    """The URL of a database with the table ``birds``, and its dialect."""
    driver, start, template = SERVERS[request.param]
    pytest.importorskip(driver)
    with start(WORD) as port:
        url = template.format(port=port)
        engine = sa.create_engine(sa.make_url(url).set(password=WORD), poolclass=sa.NullPool)
        meta = sa.MetaData()
        columns = [
            sa.Column("n", sa.Integer),
            sa.Column("s", sa.String(50)),
            sa.Column("f", sa.Double),
            sa.Column("d", sa.Numeric(10, 2)),
            sa.Column("b", sa.Boolean),
            sa.Column("t", sa.DateTime),
            sa.Column("x", sa.LargeBinary),
        ]
        table = sa.Table("birds", meta, *columns)
        big = sa.Table("big", meta, sa.Column("a", sa.String(200)))
        meta.create_all(engine)
        with engine.begin() as connection:
            names = [column.name for column in columns]
            connection.execute(table.insert(), [dict(zip(names, row, strict=True)) for row in ROWS])
            connection.execute(big.insert(), [{"a": f"{i:0200}"} for i in range(20_000)])
            connection.exec_driver_sql(ADD_BIRD[request.param])
        yield request.param, url


@pytest.fixture
def source(server, repository, monkeypatch):
    monkeypatch.setenv("NB_WORD", WORD)
    return lambda *query, **options: SQLDatasource("s", *query, url=server[1], password_env="NB_WORD", **options)


def test_types_and_values(source, values_of):
    values, types = values_of(source("select * from birds order by n"))
    assert types == {
        "n": "INTEGER",
        "s": "STRING",
        "f": "FLOAT",
        "d": "FLOAT",
        "b": "INTEGER",
        "t": "INTEGER",
        "x": "BYTES",
    }
    assert values["n"] == [1, 2, 3]
    assert values["s"] == ["é: 100% \\x", None, "b"]
    assert values["d"] == [1.5, None, -3.0]
    assert values["b"] == [1, None, 0]
    assert values["t"] == [1706702400, None, -1]
    assert values["x"] == [b"\xff\x00", None, b""]


def test_a_table_and_a_query_have_equal_ids(source):
    assert source(table="big").commit() == source("select * from big").commit()


@pytest.mark.parametrize(
    "query", ["select s from birds where s like '%0\\%%' or s like '%100%'", "select ':a' as s, 5 % 3 as m"]
)
def test_percent_signs_and_colons_are_text(source, values_of, query):
    assert len(values_of(source(query))[0]["s"]) == 1


def test_postgresql_arrays_and_casts(server, source, values_of):
    if server[0] != "postgresql":
        pytest.skip("PostgreSQL has them")
    values, _ = values_of(source("select array[1, 2] as a, '7'::int as c, array['x'] as t, null::text as e"))
    assert values == {"a": [[1, 2]], "c": [7], "t": [["x"]], "e": [None]}


def test_rows_are_streamed(source):
    tracemalloc.start()
    n_rows = sum(batch.num_rows for batch in source(table="big").read())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert n_rows == 20_000
    # The table has 4 MB.
    assert peak < 3_000_000


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("select n,\n  sss from birds", ["sss", "line 2, column 3"]),
        ("select *\nform birds", ["line 2"]),
        ("select * from brids", ["brids", "Did you mean 'birds'"]),
        ("select a.n, b.n from birds a, birds b", ["same name, 'n'"]),
        ("select n from birds where n > 9", ["no rows"]),
    ],
)
def test_faults(source, fault_of, query, words):
    text = fault_of(source(query))
    for word in words:
        assert word in text
    assert WORD not in text


def test_writing_is_refused(server, source, fault_of, values_of):
    assert "does more than read" in fault_of(source("select add_bird() as n"))
    if server[0] == "postgresql":
        gone = "with gone as (delete from birds returning n) select n from gone"
        assert "does more than read" in fault_of(source(gone))
        assert fault_of(source("select 1 as a; commit; delete from birds"))
    assert len(values_of(source("select n from birds"))[0]["n"]) == 3


def test_a_missing_table(source, fault_of):
    assert "Did you mean 'birds'" in fault_of(source(table="brids"))


def test_a_wrong_password_is_not_repeated(source, fault_of, monkeypatch):
    monkeypatch.setenv("NB_WORD", "wrong-w%rd/")
    text = fault_of(source("select 1 as a"))
    assert "cannot be reached" in text
    assert "wrong-w" not in text


def test_an_unset_password(source, monkeypatch):
    monkeypatch.delenv("NB_WORD")
    with pytest.raises(ConfigError, match="NB_WORD"):
        source("select 1 as a").commit()


def test_no_server(repository, fault_of):
    pytest.importorskip("psycopg")
    source = SQLDatasource("s", "select 1 as a", url="postgresql+psycopg://nb@127.0.0.1:1/x")
    assert "cannot be reached" in fault_of(source)


@pytest.mark.parametrize("url", ["postgresql+nodriver://h/d", "nodialect://h/d", "oracle+oracledb://h/d"])
def test_drivers_that_are_not_installed(repository, url):
    with pytest.raises(EnvironmentMissingError, match=r"zenml-nb\[sql\]"):
        SQLDatasource("s", "select 1 as a", url=url).commit()


def test_the_password_is_in_no_file(source, repository):
    source("select 1 as a").commit()
    assert not any(WORD.encode() in path.read_bytes() for path in repository.root.rglob("*") if path.is_file())
