from __future__ import annotations

from zenml_nb.artifacts.run_log import heading, last_lines


def test_lines_belong_to_the_component_whose_heading_is_above(tmp_path):
    path = tmp_path / "log.txt"
    path.write_text("\n".join(["before", heading("Data"), "a", "", "b", heading("Split"), "1%\r50%\r100%\r", "c"]))
    assert last_lines(path) == {"Data": ["a", "b"], "Split": ["100%", "c"]}


def test_the_last_lines_are_kept(tmp_path):
    path = tmp_path / "log.txt"
    path.write_text("\n".join([heading("Data"), *map(str, range(100))]))
    assert last_lines(path, 3) == {"Data": ["97", "98", "99"]}


def test_bytes_that_are_no_text_are_read(tmp_path):
    path = tmp_path / "log.txt"
    path.write_bytes(heading("Data").encode() + b"\n\xff\n")
    assert last_lines(path) == {"Data": ["\ufffd"]}


def test_of_a_long_log_the_end_is_read(tmp_path):
    path = tmp_path / "log.txt"
    path.write_text(heading("Data") + "\n" + "x" * 3_000_000 + "\n" + heading("Split") + "\nend\n")
    assert last_lines(path) == {"Split": ["end"]}


def test_a_log_that_is_not_there_has_no_lines(tmp_path):
    assert last_lines(tmp_path / "log.txt") == {}
