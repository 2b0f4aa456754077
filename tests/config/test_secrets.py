from __future__ import annotations

import pytest

from zenml_nb.config.secrets import is_reference, refuse_secrets, resolve
from zenml_nb.errors import ConfigError
from zenml_nb.records.connection import connection_config


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"env": "A_b1"}, True),
        ({"env": "1A"}, False),
        ({"env": ""}, False),
        ({"env": 1}, False),
        ({"env": "A", "other": 1}, False),
        ({"ENV": "A"}, False),
        ("env", False),
        (None, False),
    ],
)
def test_what_a_reference_is(value, expected):
    assert is_reference(value) is expected


def test_a_reference_is_resolved(monkeypatch):
    monkeypatch.setenv("NB_TEST", "")
    assert resolve({"env": "NB_TEST"}, "here") == ""
    assert resolve("text", "here") == "text"
    monkeypatch.delenv("NB_TEST")
    with pytest.raises(ConfigError, match=r"NB_TEST is not set(.|\n)*where: here"):
        resolve({"env": "NB_TEST"}, "here")


def test_settings_of_a_store_may_be_references(monkeypatch):
    monkeypatch.setenv("NB_HOST", "db")
    config = connection_config({"type": "grpc", "host": {"env": "NB_HOST"}, "port": 8080})
    assert config.host == "db"


@pytest.mark.parametrize(
    "key",
    [
        *("password", "Passwd", "db_password", "token", "api_token", "apikey", "api_key", "client_secret", "secret"),
        *("dbPassword", "secretAccessKey", "api-key", "passwords", "Authorization"),
    ],
)
def test_what_looks_like_a_secret_is_refused(key):
    for document in ({"args": {key: "sesame"}}, {"args": [{"inner": {key: "sesame"}}]}, {"metadata": {key: "sesame"}}):
        with pytest.raises(ConfigError) as caught:
            refuse_secrets(document)
        assert "sesame" not in str(caught.value)
        assert key in caught.value.what


@pytest.mark.parametrize(
    "document",
    [
        {"password": {"env": "A"}},
        {"password_env": "A"},
        {"password": ""},
        {"password": None},
        {"max_tokens": "many", "tokenizer": "words", "key": "id", "secretary": "me", "monkey": "a"},
        {"column_types": {"password": "STRING"}},
        {"url": "https://host/a:b@c"},
        {"url": "postgresql://me@host/a"},
        {"text": "see a: b@c"},
        {"url": "postgresql://h:5432/d?application_name=a@b"},
        {"query": "SELECT * FROM users WHERE password = 'x'"},
        {"token": 5, "max_tokens": 5, "bypass": "x=1", "basic": "basic mode"},
    ],
)
def test_what_is_no_secret_is_written(document):
    refuse_secrets({"pipeline": {"datasource": {"args": document}}})


@pytest.mark.parametrize("url", ["https://me:sesame@host", "mysql+pymysql://a:sesame@[::1]:1/b", "x://:sesame@h"])
def test_an_address_with_a_password_is_refused(url):
    for document in ({"uri": url}, {"column_types": {"a": url}}, {"list": ["b", url]}):
        with pytest.raises(ConfigError, match="address with a password") as caught:
            refuse_secrets(document)
        assert "sesame" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "host=h password=sesame",
        "DRIVER={x};UID=u;PWD=sesame",
        "mssql+pyodbc:///?odbc_connect=DRIVER%3D%7Bx%7D%3BUID%3Du%3BPWD%3Dsesame",
        "trino://u@h/d?apikey=sesame",
        "snowflake://u@h/d?private_key=sesame",
        "Bearer sesame-1234",
    ],
)
def test_the_settings_of_a_driver_with_a_password_are_refused(text):
    with pytest.raises(ConfigError, match="looks like a secret") as caught:
        refuse_secrets({"args": {"dsn": text}})
    assert "sesame" not in str(caught.value)


def test_a_password_of_digits_and_one_with_a_slash_are_refused():
    with pytest.raises(ConfigError, match="looks like a secret"):
        refuse_secrets({"args": {"password": 12345}})
    with pytest.raises(ConfigError, match="address with a password"):
        refuse_secrets({"args": {"dsn": "postgresql://u:ses/ame@h/d"}})
