// The countdown, and what is on now and comes next.
import { Component, html } from "../../shared/ui.js";
import { clock, day, moment, when } from "../../shared/time.js";
import { left, nowAndNext, phase } from "../phases.js";
import { events, placeOf } from "../store.js";

export const Hero = ({ live, now }) => html`
  <section class="hero" aria-label="Countdown, now and next">
    <${Countdown} times=${live.state.times} />
    <${NowAndNext} state=${live.state} now=${now} />
  </section>
`;

// Ticks by itself, so that nothing else of the page is drawn each second.
class Countdown extends Component {
  componentDidMount() {
    this.timer = setInterval(() => this.setState({}), 1000);
  }

  componentWillUnmount() {
    clearInterval(this.timer);
  }

  render({ times }) {
    const now = new Date();
    const { name, words, until, share } = phase(times, now);
    return html`
      <div class=${`countdown ${name}`}>
        <h2>${words}</h2>
        ${until ? html`<${Left} until=${until} now=${now} />` : html`<${Clock} now=${now} />`}
        ${
          share !== null &&
          html`<progress
          value=${Math.round(share * 1000)}
          max="1000"
          aria-label="How much of the hacking is over"
        ></progress>`
        }
      </div>
    `;
  }
}

const Left = ({ until, now }) => html`
  <p class="left hub-figures" role="timer">
    ${left(until, now).map(
      ([number, unit]) => html`<span><b>${number}</b>${" "}<small>${unit}</small>${" "}</span>`,
    )}
  </p>
  <p class="until">at <time datetime=${until.toISOString()}>${when(until, now)}</time></p>
`;

// Where nothing is counted down to, the time is what people look up for. Its half of the day, where one is
// said, is small: it would not fit beside.
const Clock = ({ now }) => {
  const [time, half] = clock(now).split(/\s/);
  return html`
    <p class="left clock hub-figures"><b>${time}</b>${half && html`${" "}<small>${half}</small>`}</p>
    <p class="until">${day(now)}</p>
  `;
};

const NowAndNext = ({ state, now }) => {
  const { on, next } = nowAndNext(events(state), now);
  if (!on.length && !next.length) return null;
  return html`
    <div class="now-and-next">
      <${Several} title="Now" several=${on} state=${state} now=${now} isUntil=${true} />
      <${Several} title="Next" several=${next} state=${state} now=${now} isUntil=${false} />
    </div>
  `;
};

const Several = ({ title, several, ...shown }) =>
  several.length > 0 &&
  html`
    <div>
      <h2>${title}</h2>
      <ul>
        ${several.map((event) => html`<li key=${event.id}><${Line} event=${event} ...${shown} /></li>`)}
      </ul>
    </div>
  `;

const Line = ({ state, event, isUntil, now }) => {
  const [start, end] = [moment(event.start_time), moment(event.end_time)];
  return html`
    <strong class="hub-text">${event.short_description}</strong>
    <span class="hub-text">${placeOf(state, event).name}</span>
    <time class="hub-figures" datetime=${(isUntil ? end : start).toISOString()}>
      ${isUntil ? `until ${when(end, now)}` : when(start, now)}
    </time>
  `;
};
