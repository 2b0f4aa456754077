"""What it takes to see statistics: our document and page, beside TFDV's own."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from _measure import print_table, print_target, run_child, serve_child
from _wide_statistics import wide_statistics

N_FEATURES = 1000
#: As many as the taxi data has, whose runs are the stored ones that people open.
USUAL_FEATURES = 20


def ours(folder: str) -> dict[str, Any]:
    """From a fresh process: statistics on disk to the shown bundle."""
    began = time.perf_counter()
    from zenml_nb.views import view_of

    shown = view_of(folder)
    seconds = time.perf_counter() - began
    bundle = shown._repr_mimebundle_()
    sizes = {kind: len(json.dumps(part, separators=(",", ":"))) for kind, part in bundle.items()}
    return {
        "seconds": seconds,
        "bundle_seconds": time.perf_counter() - began,
        "sizes": sizes,
        "loads_tensorflow": "tensorflow" in sys.modules,
    }


def theirs(folder: str) -> dict[str, Any]:
    """The same with TFDV: its import, and its HTML."""
    began = time.perf_counter()
    import tensorflow_data_validation as tfdv
    from tensorflow_data_validation.utils.display_util import get_statistics_html

    lists = [tfdv.load_stats_binary(str(path)) for path in sorted(Path(folder).glob("Split-*/FeatureStats.pb"))]
    page = get_statistics_html(lists[0], lists[1], "train", "eval")
    return {"seconds": time.perf_counter() - began, "size": len(page)}


def in_browser(folder: str, chromium: str) -> dict[str, Any]:
    """The first paint of the document in Chromium, and the longest frame while it is scrolled from end to end."""
    from playwright.sync_api import sync_playwright

    from zenml_nb.views import view_of
    from zenml_nb.views.bundle import module_path

    document = json.dumps(view_of(folder).document).replace("<", "\\u003c")
    script = module_path().read_text(encoding="utf-8")
    page_source = "<!doctype html><meta charset=utf-8><div id=el></div>"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        page = browser.new_page(viewport={"width": 1100, "height": 800})
        page.set_content(page_source)
        painted = page.evaluate(_PAINT, [script, document])
        longest = page.evaluate(_SCROLL)
        browser.close()
    return {"paint": painted / 1000, "longest_frame": longest / 1000}


_PAINT = """async ([script, text]) => {
  const url = URL.createObjectURL(new Blob([script], {type: "text/javascript"}));
  const module = await import(url);
  const el = document.getElementById("el");
  const began = performance.now();
  const view_document = JSON.parse(text);
  const get = (key) => (key === "view_document" ? view_document : undefined);
  const model = {get, set() {}, save_changes() {}, on() {}, off() {}};
  module.default.render({model, el});
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  return performance.now() - began;
}"""
_SCROLL = """async () => {
  const inner = [...document.querySelectorAll(".zenml-nb *")].find((e) => e.scrollHeight > e.clientHeight + 500
    && ["auto", "scroll"].includes(getComputedStyle(e).overflowY));
  const scroller = inner ?? document.scrollingElement;
  let longest = 0, last = performance.now();
  for (let frame = 0; frame < 200; frame += 1) {
    scroller.scrollTop = (scroller.scrollHeight * frame) / 200;
    const now = await new Promise((done) => requestAnimationFrame(done));
    if (frame > 0) longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }
  return longest;
}"""


def main() -> None:
    if serve_child({"ours": ours, "theirs": theirs, "in_browser": in_browser}):
        return
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=3, help="measured runs of each, in turns")
    parser.add_argument("--features", type=int, default=N_FEATURES)
    parser.add_argument("--without-tfx", action="store_true", help="leave out TFDV's side")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as root:
        usual, wide = (write_statistics(Path(root, str(n)), n) for n in (USUAL_FEATURES, arguments.features))
        mine, other = [], []
        for _ in range(arguments.runs):
            mine.append(run_child(__file__, "ours", folder=usual))
            if not arguments.without_tfx:
                other.append(run_child(__file__, "theirs", folder=usual))
        largest = [run_child(__file__, "ours", folder=wide) for _ in range(arguments.runs)]
        chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
        drawn = run_child(__file__, "in_browser", folder=wide, chromium=chromium) if chromium else None
    report(mine, other, largest, drawn)


def write_statistics(folder: Path, n_features: int) -> str:
    """The statistics of two splits as TFX lays them out."""
    for seed, split in enumerate(("train", "eval")):
        target = folder / f"Split-{split}" / "FeatureStats.pb"
        target.parent.mkdir(parents=True)
        target.write_bytes(wide_statistics(n_features, 10_000, seed).SerializeToString())
    return str(folder)


def report(
    mine: list[dict[str, Any]],
    other: list[dict[str, Any]],
    largest: list[dict[str, Any]],
    drawn: dict[str, Any] | None,
) -> None:
    """Print the figures beside their targets."""
    sizes = largest[0]["sizes"]
    print_table(["saved output", "kB"], [[kind, f"{size / 1000:.0f}"] for kind, size in sizes.items()])
    print()
    if other:
        ours_seconds, theirs_seconds = (statistics.median(run["seconds"] for run in runs) for runs in (mine, other))
        print(f"{USUAL_FEATURES} features: TFDV {theirs_seconds:.2f} s, ours {ours_seconds:.2f} s")
        print_target("shown, as a share of TFDV's time", ours_seconds / theirs_seconds, 1 / 20)
    seconds = statistics.median(run["seconds"] for run in largest)
    print_target("TensorFlow is loaded", float(any(run["loads_tensorflow"] for run in [*mine, *largest])), 0)
    print_target("document built, imports included", seconds, 1, " s")
    print_target("document", next(size for kind, size in sizes.items() if "zenml" in kind) / 1e6, 0.5, " MB")
    print_target("saved output", sum(sizes.values()) / 1e6, 2, " MB")
    if drawn:
        print_target("first paint in Chromium", drawn["paint"], 1, " s")
        print_target("longest frame while scrolling", drawn["longest_frame"], 0.1, " s")


if __name__ == "__main__":
    main()
