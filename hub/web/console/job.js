// One job in words: how it is, when it is done or was, whom it is for, and everything else about it.

import { html } from "../shared/ui.js";
import { moment } from "../shared/time.js";
import { part } from "./api.js";
import { mark, plainly, since } from "./marks.js";
import { at } from "./moments.js";
import { personAddress } from "./people_named.js";
import { Reading } from "./reading.js";

export const stateOf = (job) => {
  if (job.state === "dead") return mark("bad", "Dead");
  if (job.state === "done") return mark("good", "Done");
  if (job.state === "leased") return mark("busy", "Being done");
  return job.attempts ? mark("late", "Retrying") : mark("idle", "Waiting");
};

const isPast = (iso) => moment(iso) <= new Date();

// When it is tried again, or when it ended.
const whenOf = (job) => {
  if (job.state === "waiting" && isPast(job.due_at)) return html`due since ${at(job.due_at)}`;
  if (job.state === "waiting") return html`${job.attempts ? "tried again" : "due"} ${since(job.due_at)}`;
  if (job.state === "dead") return html`gave up ${since(job.finished_at ?? job.due_at)}`;
  return job.finished_at ? html`ended ${since(job.finished_at)}` : "a worker is at it";
};

const triesOf = ({ attempts }) => (attempts === 1 ? "1 try" : `${plainly(attempts)} tries`);

const storyOf = ({ username }) => `${personAddress(username)}/story`;

const recipientOf = (job) =>
  job.recipient &&
  (job.recipient.username
    ? html` · for <a href=${storyOf(job.recipient)}><bdi>${job.recipient.name}</bdi></a>`
    : html` · for <bdi>${job.recipient.name}</bdi>`);

export const factsOf = (job) =>
  html`<span class="job-facts">${triesOf(job)} · ${whenOf(job)}${recipientOf(job)}</span>`;

// Everything about one job, read on its own: it stays up to date after the list has gone on.
export class Details extends Reading {
  state = { answer: { job: this.props.job }, trouble: null, readAt: new Date() };
  everySeconds = 4;

  address() {
    return `jobs/${part(this.props.job.id)}`;
  }

  show({ job }) {
    return html`
      <dl class="job-details">
        <div>
          <dt>State</dt>
          <dd>${stateOf(job)}</dd>
        </div>
        <div>
          <dt>Asked for</dt>
          <dd>${at(job.created_at)}</dd>
        </div>
        <div>
          <dt>Due</dt>
          <dd>${at(job.due_at)}</dd>
        </div>
        <div>
          <dt>Ended</dt>
          <dd>${job.finished_at ? at(job.finished_at) : "not yet"}</dd>
        </div>
        <div>
          <dt>Tries</dt>
          <dd>${plainly(job.attempts)}</dd>
        </div>
        <div class="job-wide">
          <dt>Last error</dt>
          <dd class="hub-text">${job.last_error ?? "none"}</dd>
        </div>
        <div class="job-wide">
          <dt>Arguments</dt>
          <dd><pre tabindex="0">${JSON.stringify(job.arguments, null, 2)}</pre></dd>
        </div>
      </dl>
    `;
  }
}
