// Two fields against each other, a point a run; pointer and arrow keys read its values.
import { element } from "../dom";
import { select } from "../evaluation/controls";
import { formatCell, visible } from "../format";
import { clipped } from "../long";
import { short } from "../statistics/numbers";
import { linear } from "../statistics/scale";
import { axis, type AxisScale, label, svg } from "../svg";
import { axisFields } from "./axes";
import { colourOf, type Field, numberAt, type State } from "./state";

const WIDTH = 560;
const HEIGHT = 320;
const LEFT = 64;
const RIGHT = 546;
const TOP = 12;
const BOTTOM = 272;
const NEAR = 24;

interface Point {
  readonly run: number;
  readonly x: number;
  readonly y: number;
  readonly mark: SVGCircleElement;
}

export class Scatter {
  readonly element = element("div", "znb-cmp-scatter");
  readonly #state: State;
  readonly #fields: readonly Field[];
  readonly #place = element("div");
  readonly #readout = element("p", "znb-cmp-readout");
  #x: number;
  #y: number;
  #points: readonly Point[] = [];

  constructor(state: State) {
    this.#state = state;
    this.#fields = axisFields(state).filter(({ isNumeric }) => isNumeric);
    const metric = this.#fields.findIndex(({ isMetric, isLikely }) => isMetric && isLikely);
    this.#y = Math.max(0, metric);
    const parameter = this.#fields.findIndex(
      ({ isMetric, isLikely, differs }) => !isMetric && isLikely && differs,
    );
    const other = this.#fields.findIndex((_, index) => index !== this.#y);
    this.#x = parameter >= 0 ? parameter : Math.max(0, other);
    this.#readout.setAttribute("role", "status");
    if (this.#fields.length === 0) {
      this.element.append(element("p", "znb-note", "No parameter or metric is a number."));
      return;
    }
    const names = this.#fields.map(({ group, name, isMetric }, index) => {
      return [index, isMetric ? name : `${group}: ${name}`] as const;
    });
    const tools = element("div", "znb-head");
    const choose = (side: "x" | "y"): HTMLElement => {
      const changed = (index: number): void => {
        if (side === "x") this.#x = index;
        else this.#y = index;
        this.#draw();
      };
      const whole = element("label", "znb-cmp-switch", `${side} `);
      const chosen = side === "x" ? this.#x : this.#y;
      whole.append(select(`Axis ${side}`, names, chosen, changed, state.signal));
      return whole;
    };
    tools.append(choose("x"), choose("y"));
    this.element.append(tools, this.#place, this.#readout);
    this.#draw();
    state.listen(() => {
      this.#mark();
    });
  }

  #draw(): void {
    const [across, up] = [this.#fields[this.#x], this.#fields[this.#y]];
    if (!across || !up) return;
    const { runs } = this.#state.document;
    const x = scaleOf(across, [LEFT + 10, RIGHT - 10]);
    const y = scaleOf(up, [BOTTOM - 10, TOP + 10]);
    this.#points = runs.flatMap((_, run) => {
      const place = { x: x(numberAt(across, run)), y: y(numberAt(up, run)) };
      if (!Number.isFinite(place.x) || !Number.isFinite(place.y)) return [];
      const mark = svg("circle", {
        cx: place.x.toFixed(1),
        cy: place.y.toFixed(1),
        r: 5,
        class: "znb-cmp-point",
      });
      mark.style.fill = colourOf(run);
      return [{ run, ...place, mark }];
    });
    const missing = runs.length - this.#points.length;
    const drawing = svg("svg", {
      viewBox: `0 0 ${String(WIDTH)} ${String(HEIGHT)}`,
      class: "znb-ev-chart",
      role: "img",
      tabindex: 0,
      "aria-label": visible(
        `${clipped(up.name, 60)} against ${clipped(across.name, 60)} of ${String(this.#points.length)} runs; arrow keys go from run to run`,
      ),
    });
    const size = { format: short, ticks: 5 };
    const name = label((LEFT + RIGHT) / 2, HEIGHT - 8, clipped(across.name, 60));
    const side = label(0, 0, clipped(up.name, 40));
    side.setAttribute("transform", `translate(12 ${String((TOP + BOTTOM) / 2)}) rotate(-90)`);
    drawing.append(
      axis(x, { side: "bottom", at: BOTTOM, grid: BOTTOM - TOP, ...size }),
      axis(y, { side: "left", at: LEFT, grid: RIGHT - LEFT, ...size }),
      name,
      side,
      ...this.#points.map(({ mark }) => mark),
    );
    this.#listen(drawing);
    this.#place.replaceChildren(drawing);
    if (missing > 0)
      this.#place.append(
        element(
          "p",
          "znb-note",
          `${String(missing)} of ${String(runs.length)} runs have no such values.`,
        ),
      );
    this.#mark();
  }

  #listen(drawing: SVGSVGElement): void {
    const { signal } = this.#state;
    const hover = (event: PointerEvent): void => {
      const box = drawing.getBoundingClientRect();
      const x = ((event.clientX - box.left) / (box.width || WIDTH)) * WIDTH;
      const y = ((event.clientY - box.top) / (box.height || HEIGHT)) * HEIGHT;
      const away = (point: Point): number => Math.hypot(point.x - x, point.y - y);
      const [nearest] = [...this.#points].sort((a, b) => away(a) - away(b));
      if (nearest && away(nearest) <= NEAR) this.#state.highlight(nearest.run);
    };
    const press = (event: KeyboardEvent): void => {
      const step = new Map([
        ["ArrowRight", 1],
        ["ArrowUp", 1],
        ["ArrowLeft", -1],
        ["ArrowDown", -1],
      ]).get(event.key);
      if (step === undefined) return;
      event.preventDefault();
      const order = [...this.#points].sort((a, b) => a.x - b.x || b.y - a.y);
      const at = order.findIndex(({ run }) => run === this.#state.highlighted);
      const next = at < 0 ? (step > 0 ? 0 : order.length - 1) : at + step;
      const found = order[Math.max(0, Math.min(order.length - 1, next))];
      if (found) this.#state.highlight(found.run);
    };
    drawing.addEventListener("pointermove", hover, { signal });
    drawing.addEventListener("keydown", press, { signal });
  }

  #mark(): void {
    const { highlighted } = this.#state;
    for (const { run, mark } of this.#points) {
      mark.classList.toggle("znb-cmp-chosen", run === highlighted);
      mark.classList.toggle("znb-cmp-out", !this.#state.isInRange(run));
    }
    const fields = [this.#fields[this.#x], this.#fields[this.#y]];
    const values = fields.map((field) =>
      field && highlighted !== undefined
        ? `${clipped(field.name, 60)} ${formatCell(field.values[highlighted] ?? null, "number")}`
        : "",
    );
    const told =
      highlighted === undefined ? "" : `${this.#state.label(highlighted)}: ${values.join(", ")}`;
    this.#readout.textContent = visible(told);
  }
}

function scaleOf(field: Field, range: readonly [number, number]): AxisScale {
  const numbers = field.values.map((_, run) => numberAt(field, run)).filter(Number.isFinite);
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  // All values may be the same one.
  const room = high > low ? 0 : Math.abs(low) / 10 || 1;
  return linear([low - room, high + room], range);
}
