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
    "key", ["password", "Passwd", "db_password", "token", "api_token", "apikey", "api_key", "client_secret", "secret"]
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
