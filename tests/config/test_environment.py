from __future__ import annotations

import pytest

from zenml_nb.config.environment import differences, environment, git_state
from zenml_nb.config.migration import migrated

HERE = {"python": "3.11.7", "packages": {"tfx": "1.16.0", "numpy": "1.26.4", "zenml-nb": "0.1.0"}}


@pytest.mark.parametrize(
    ("recorded", "expected"),
    [
        (HERE, []),
        ({"python": "3.11.2", "packages": {"tfx": "1.16.1", "numpy": "1.24.0", "torch": "2.0"}}, []),
        ({"python": "3.10.7"}, ["python 3.10.7, here 3.11.7"]),
        ({"packages": {"tfx": "1.21.0", "numpy": "2.0.1"}}, ["tfx 1.21.0, here 1.16.0", "numpy 2.0.1, here 1.26.4"]),
        ({"packages": {"zenml-nb": "0.2.0"}}, ["zenml-nb 0.2.0, here 0.1.0"]),
        ({"python": 3, "packages": [1]}, ["python 3, here 3.11.7"]),
        (None, []),
        ("text", []),
    ],
)
def test_only_major_differences_are_told(recorded, expected):
    assert differences(recorded, HERE) == expected


def test_this_environment_is_that_of_its_record():
    assert differences(environment()) == []
    assert set(environment()) == {"python", "platform", "packages"}


def test_a_folder_without_git_has_no_commit(tmp_path):
    assert git_state(tmp_path) is None
    (tmp_path / ".git").mkdir()
    assert git_state(tmp_path) is None


def test_a_migration_leaves_the_document_as_it_is():
    old = {"version": 1, "environment": {"python": "3.10", "system": "linux"}, "pipeline": {}}
    assert migrated(old)["environment"] == {"python": "3.10", "platform": "linux"}
    assert old["version"] == 1
    assert "system" in old["environment"]
    assert migrated({"version": 1, "pipeline": {}}) == {"version": 2, "pipeline": {}}
