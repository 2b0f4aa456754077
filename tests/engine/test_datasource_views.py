"""The views of a datasource, which belong to no pipeline of its user."""

from __future__ import annotations

import pytest

from tests.engine.conftest import Shared
from tests.engine.pipelines import penguin_csv
from zenml_nb import CSVDatasource
from zenml_nb.errors import NotAvailableError
from zenml_nb.pipelines.data import data_statistics_view


def test_a_datasource_shows_its_schema_and_statistics(in_shared: Shared, run_script) -> None:
    datasource = CSVDatasource(name="alone", path=str(penguin_csv()), null_values=["NA"])
    assert "bill_length_mm" in str(datasource.view_schema())
    view = data_statistics_view(datasource, None, None)
    assert view.document["schema"] == "zenml_nb/statistics@1"
    assert "344" in str(view)
    with pytest.raises(NotAvailableError, match="notebook"):
        datasource.view_statistics(magic=True)
    # What was computed once is shown by a new process without TensorFlow.
    again = run_script(
        "import sys\n"
        "from zenml_nb import CSVDatasource\n"
        f"datasource = CSVDatasource(name='alone', path={str(penguin_csv())!r}, null_values=['NA'])\n"
        "assert 'bill_length_mm' in str(datasource.view_schema())\n"
        "assert 'tensorflow' not in sys.modules\n",
        in_shared.root,
    )
    assert again.returncode == 0, again.stderr
