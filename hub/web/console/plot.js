// A live plot: lines over the last minutes, and a table of the newest numbers that is its legend, too.
//
// uPlot draws on a canvas and is told to make no legend of its own: that would be lost on who cannot see it.
// Where its file did not come the table is all there is, and says the same.

import { Component, createRef, html } from "../shared/ui.js";
import { clock, clockWithSeconds } from "../shared/time.js";

// Lines differ by dashes as well as by colour, which not everybody tells apart.
const DASHES = [[], [8, 4], [2, 3], [10, 3, 2, 3], [5, 5], [14, 4]];
const HEIGHT = 180;
// Samples come every five seconds; after four that did not, the line is broken.
const LONGEST_STEP_SECONDS = 20;
// A plot that has just begun is not stretched further than this.
const SHORTEST_SECONDS = 120;
const DARK = matchMedia("(prefers-color-scheme: dark)");

// What uPlot is given: the moments in seconds, then the values of each line; null where there was none.
export const columns = (samples, lines) => {
  const moments = [];
  const values = lines.map(() => []);
  const add = (at, valueOf) => {
    moments.push(at);
    lines.forEach((line, i) => values[i].push(valueOf(line)));
  };
  for (const sample of samples) {
    const at = Date.parse(sample.at) / 1000;
    const last = moments[moments.length - 1];
    if (at <= last) continue;
    if (at - last > LONGEST_STEP_SECONDS) add(last + 1, () => null);
    add(at, (line) => line.value(sample) ?? null);
  }
  return [moments, ...values];
};

// The newest, least and most of one line; null where it has no values at all.
const summed = (values) => {
  const known = values.filter((value) => value !== null);
  if (!known.length) return { now: null, least: null, most: null };
  return { now: values[values.length - 1], least: Math.min(...known), most: Math.max(...known) };
};

const inked = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

// A line as it is drawn, beside its name.
const Stroke = ({ look }) =>
  html`<svg class="plot-stroke plot-line-${look}" viewBox="0 0 28 8" aria-hidden="true">
    <line
      x1="0"
      y1="4"
      x2="28"
      y2="4"
      stroke="currentColor"
      stroke-width="3"
      stroke-dasharray=${DASHES[look].join(" ")}
    />
  </svg>`;

// Props: `title`, `unit`, `of` (what a line is of), `samples` (each with `at`), and `lines`, which are
// {name, look, value(sample)} with a look from 0 to 5.
export class Plot extends Component {
  state = { pointed: null };
  box = createRef();
  redraw = () => this.draw();

  componentDidMount() {
    DARK.addEventListener("change", this.redraw);
    this.watch = new ResizeObserver(() => this.fit());
    this.watch.observe(this.box.current);
    this.draw();
  }

  componentDidUpdate(before) {
    if (looks(before.lines) !== looks(this.props.lines)) this.draw();
    else if (before.samples !== this.props.samples) this.refresh();
  }

  componentWillUnmount() {
    DARK.removeEventListener("change", this.redraw);
    this.watch.disconnect();
    this.plot?.destroy();
  }

  draw() {
    this.plot?.destroy();
    if (!window.uPlot) return;
    this.plot = new window.uPlot(
      this.options(),
      columns(this.props.samples, this.props.lines),
      this.box.current,
    );
  }

  refresh() {
    this.plot?.setData(columns(this.props.samples, this.props.lines));
  }

  fit() {
    const width = Math.floor(this.box.current.clientWidth);
    if (this.plot && width && width !== this.plot.width) this.plot.setSize({ width, height: HEIGHT });
  }

  options() {
    const axis = axisIn(inked("--pico-muted-color"), inked("--pico-muted-border-color"));
    return {
      width: Math.max(Math.floor(this.box.current.clientWidth), 200),
      height: HEIGHT,
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false } },
      scales: {
        x: { range: (plot, first, last) => [Math.min(first, last - SHORTEST_SECONDS), last] },
        y: { range: (plot, least, most) => [0, niceTop(most)] },
      },
      axes: [
        {
          ...axis,
          size: 30,
          space: 70,
          incrs: MINUTES,
          values: (plot, moments) => moments.map((at) => clock(new Date(at * 1000))),
        },
        { ...axis, size: 52, incrs: WHOLE_STEPS, values: (plot, values) => values.map(spelled) },
      ],
      series: [{}, ...this.props.lines.map(drawn)],
      hooks: { setCursor: [(plot) => this.point(plot.cursor.idx)] },
    };
  }

  point(index) {
    const pointed = index ?? null;
    if (pointed !== this.state.pointed) this.setState({ pointed });
  }

  render({ title, samples, lines, unit, of }, { pointed }) {
    const [moments, ...values] = columns(samples, lines);
    const at = pointed === null ? undefined : moments[pointed];
    const rows = lines.map((line, i) => ({ ...line, ...summed(values[i]), there: values[i][pointed] }));
    return html`<section class="plot card">
      <h3>${title}${unit && html` <small>in ${unit}</small>`}</h3>
      <div class="plot-canvas" ref=${this.box} role="img" aria-label=${aloud(title, rows)}></div>
      <table class="plot-numbers">
        <caption class="hub-unseen">
          ${title}${unit && `, in ${unit}`}: the newest numbers
        </caption>
        <thead>
          <tr>
            <th scope="col">${of}</th>
            <th scope="col">${at === undefined ? "Now" : clockWithSeconds(new Date(at * 1000))}</th>
            <th scope="col">Least</th>
            <th scope="col">Most</th>
          </tr>
        </thead>
        <tbody>
          ${rows.map((row) => this.row(row, at !== undefined))}
        </tbody>
      </table>
    </section>`;
  }

  row({ name, look, now, least, most, there }, isPointed) {
    return html`<tr key=${name}>
      <th scope="row"><${Stroke} look=${look} />${name}</th>
      <td><strong>${spelled(isPointed ? there : now)}</strong></td>
      <td>${spelled(least)}</td>
      <td>${spelled(most)}</td>
    </tr>`;
  }
}

// From what uPlot is made anew: its lines can't be changed in place.
const looks = (lines) => lines.map((line) => `${line.look} ${line.name}`).join("\n");

const drawn = ({ name, look }) => ({
  label: name,
  stroke: inked(`--plot-line-${look}`),
  width: 2,
  dash: DASHES[look],
  // One sample makes no line yet.
  points: { show: (plot) => plot.data[0].length < 2 },
});

const axisIn = (stroke, grid) => ({
  stroke,
  font: "12px system-ui, sans-serif",
  grid: { stroke: grid, width: 1 },
  ticks: { show: false },
});

const MINUTES = [60, 120, 300, 600, 900];
const WHOLE_STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 2e5, 5e5, 1e6];

// Room above the highest value, and a plot of zeros that is not a line through the middle.
const niceTop = (most) => Math.max((most ?? 0) * 1.1, 4);

const spelled = (value) =>
  value === null || value === undefined ? "–" : Number(value.toFixed(value < 10 ? 1 : 0)).toLocaleString();

const aloud = (title, rows) =>
  `${title} over the last minutes. Now: ${rows.map((row) => `${row.name} ${spelled(row.now)}`).join(", ")}.`;
