// The schedule by day, in the viewer's zone: what is on, what comes next, and what is over, which is folded
// away.
import { classes, html } from "../../shared/ui.js";
import { clock, day, isSameDay, moment, when } from "../../shared/time.js";
import { isOn, isOver, nowAndNext } from "../phases.js";
import { events, placeOf } from "../store.js";

export const Schedule = ({ live, now }) => {
  const all = events(live.state);
  const over = all.filter((event) => isOver(event, now));
  const coming = all.filter((event) => !isOver(event, now));
  const next = new Set(nowAndNext(all, now).next.map((event) => event.id));
  const shown = { live, now, next };
  return html`
    <section id="schedule" class="panel" aria-labelledby="schedule-title">
      <h2 id="schedule-title">Schedule</h2>
      ${all.length === 0 && html`<p class="empty">The schedule is still empty.</p>`}
      ${
        over.length > 0 &&
        html`<details class="over">
        <summary>Over (${over.length})</summary>
        <${Days} events=${over} ...${shown} />
      </details>`
      }
      <${Days} events=${coming} ...${shown} />
    </section>
  `;
};

const Days = ({ events: several, ...shown }) =>
  byDay(several).map(
    ([start, those]) => html`
      <h3 key=${start.getTime()}>${isSameDay(start, shown.now) ? "Today" : day(start, shown.now)}</h3>
      <ol class="programme" role="list">
        ${those.map((event) => html`<${Event} key=${event.id} event=${event} ...${shown} />`)}
      </ol>
    `,
  );

// Only with its day is it too long for one line.
const Until = ({ start, end }) =>
  isSameDay(start, end)
    ? html`<time class="nobr" datetime=${end.toISOString()}>–${clock(end)}</time>`
    : html`–<time datetime=${end.toISOString()}>${when(end, start)}</time>`;

const byDay = (several) => {
  const days = [];
  for (const event of several) {
    const start = moment(event.start_time);
    if (!days.length || !isSameDay(days.at(-1)[0], start)) days.push([start, []]);
    days.at(-1)[1].push(event);
  }
  return days;
};

const Event = ({ event, live, now, next }) => {
  const [start, end] = [moment(event.start_time), moment(event.end_time)];
  const [on, isNext] = [isOn(event, now), next.has(event.id)];
  return html`
    <li class=${classes({ event: true, on, next: isNext })}>
      <p class="hours hub-figures">
        <time class="nobr" datetime=${start.toISOString()}>${clock(start)}</time>
        ${
          end > start &&
          html`<span class="until">
          <${Until} start=${start} end=${end} />
        </span>`
        }
      </p>
      <div>
        <h4 class="hub-text">
          ${event.short_description}
          ${on && html`${" "}<span class="badge">Now</span>`}
          ${isNext && html`${" "}<span class="badge quiet">Next</span>`}
        </h4>
        <p class="small hub-text">${placeOf(live.state, event).name}</p>
        ${event.long_description && html`<p class="hub-text text">${event.long_description}</p>`}
      </div>
    </li>
  `;
};
