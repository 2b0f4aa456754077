from __future__ import annotations

import pytest

from zenml_nb.artifacts.projected import projected_path, read_projected
from zenml_nb.errors import NotAvailableError


def test_a_projection_lies_beside_its_artifact(tmp_path):
    uri = str(tmp_path / "Trainer" / "7")
    path = projected_path(uri, "model")
    assert path == tmp_path / "Trainer" / "7.model.json"
    path.parent.mkdir()
    path.write_text('{"folder": "Format-Serving"}')
    assert read_projected(uri, "model") == {"folder": "Format-Serving"}


@pytest.mark.parametrize("content", [None, "", "{", "[1]", "5", "null", b"\xff"])
def test_a_missing_or_damaged_projection_is_told(tmp_path, content):
    path = projected_path(str(tmp_path / "7"), "evaluation")
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(NotAvailableError, match=r"The evaluation of this artifact cannot be shown(.|\n)*7\.evaluation"):
        read_projected(str(tmp_path / "7"), "evaluation")
