// Deliveries: every job by its state, why it failed and what to do, and the dead that somebody decides about.

import { classes, createRef, html } from "../shared/ui.js";
import { span } from "../shared/time.js";
import { Act } from "./act.js";
import { part, queryOf, write } from "./api.js";
import { confirmed } from "./dialog.js";
import { Details, factsOf, stateOf } from "./job.js";
import { folded, steady } from "./job_lists.js";
import { mark, plainly, since } from "./marks.js";
import { Older } from "./pager.js";
import { empty, Reading } from "./reading.js";
import { inQuery } from "./router.js";
import { isSuperuser, mayReadJobs } from "./session.js";
import { Tabs } from "./tabs.js";
import { told } from "./toasts.js";

const STATES = [
  ["", "All"],
  ["waiting", "Waiting"],
  ["leased", "Being done"],
  ["done", "Done"],
  ["dead", "Dead"],
];

class Deliveries extends Reading {
  everySeconds = 4;
  list = createRef();
  open = new Set();
  rows = [];
  seen = null;

  address() {
    const said = (name) => this.props.query.get(name);
    return `jobs${queryOf({ state: said("state"), name: said("name"), before: said("before") })}`;
  }

  // Whether rows that move would be taken away from under somebody's eyes or fingers.
  get isHeld() {
    const list = this.list.current;
    if (!list || this.openedFor !== this.asked) return false;
    return (
      this.open.size > 0 || list.matches(":hover, :focus-within") || list.getBoundingClientRect().top < 0
    );
  }

  settle(answer) {
    if (answer === this.seen) return;
    this.seen = answer;
    if (this.openedFor !== this.asked) this.open.clear();
    this.isTurned = this.openedFor !== undefined && this.openedFor !== this.asked;
    Object.assign(this, steady(this.rows, answer.jobs, this.isHeld), { openedFor: this.asked });
  }

  // Another page is read from its beginning.
  componentDidUpdate() {
    super.componentDidUpdate();
    const list = this.list.current;
    if (this.isTurned && list?.getBoundingClientRect().top < 0) list.scrollIntoView();
    this.isTurned = false;
  }

  showNew = () => {
    this.rows = this.state.answer.jobs;
    this.waiting = 0;
    this.forceUpdate();
  };

  toggle = (id) => {
    if (!this.open.delete(id)) this.open.add(id);
    this.forceUpdate();
  };

  retried = (job) => {
    this.rows = this.rows.map((one) => (one.id === job.id ? job : one));
    // The button that was pressed is gone.
    this.forceUpdate(() => document.getElementById(`job-name-${job.id}`)?.focus());
    this.again();
  };

  retryAll = (count) =>
    confirmed({
      title: `Retry ${jobs(count)}?`,
      words: `All that is dead is done once more, ${jobs(count)} in all. Some messages may be hours old.`,
      yes: `Retry all ${plainly(count)}`,
      said: `${jobs(count)} ${count === 1 ? "is" : "are"} tried again.`,
      act: (key) => write("POST", "jobs/retry", {}, key),
      done: ({ retried }) => {
        if (retried !== count) told(`${jobs(retried)} in the end: the number had changed meanwhile.`);
        this.showNew();
        this.again();
      },
    });

  show(answer) {
    this.settle(answer);
    const { query } = this.props;
    const { counts, names, next } = answer;
    return html`
      <div class=${classes({ "is-old": this.state.trouble })}>
        ${counts.dead > 0 && this.deadLetters(counts.dead)}
        <p class="faint">${dueIn(answer)}</p>
        ${filters(query, counts, names)}
        <div ref=${this.list}>
          ${this.waiting > 0 &&
          html`<button type="button" class="secondary newcomers" onClick=${this.showNew}>
            Show what is new (${plainly(this.waiting)})
          </button>`}
          ${this.rows.length
            ? html`<ul class="jobs" aria-label="Jobs, newest first">
                ${folded(this.rows).map((one) => (one.canaries ? this.fold(one.canaries) : this.row(one)))}
              </ul>`
            : empty(NOTHING[query.get("state") ?? ""])}
        </div>
        <${Older} before=${query.get("before")} next=${next} />
      </div>
    `;
  }

  deadLetters(count) {
    return html`
      <section class="dead-letters" aria-labelledby="dead-title">
        <div>
          <h2 id="dead-title">${mark("bad", `${jobs(count)} ${count === 1 ? "is" : "are"} dead`)}</h2>
          <p>
            ${isSuperuser(this.props.session) ? UNTIL_YOU_SAY_SO : UNTIL_A_SUPERUSER_SAYS_SO}
          </p>
        </div>
        <div class="buttons">
          ${this.props.query.get("state") !== "dead" &&
          html`<a role="button" class="secondary" href="/console/deliveries?state=dead">Show them</a>`}
          ${isSuperuser(this.props.session) &&
          html`<button type="button" onClick=${() => this.retryAll(count)}>
            Retry all ${plainly(count)}
          </button>`}
        </div>
      </section>
    `;
  }

  fold(canaries) {
    const [newest, oldest] = [canaries[0], canaries[canaries.length - 1]];
    return html`
      <li key=${`until-${oldest.id}`} class="job">
        <details>
          <summary class="faint">
            ${plainly(canaries.length)} canaries came back, the newest ${since(newest.created_at)}
          </summary>
          <ul class="jobs">
            ${canaries.map((job) => this.row(job))}
          </ul>
        </details>
      </li>
    `;
  }

  row(job) {
    const isOpen = this.open.has(job.id);
    const panel = `job-${job.id}`;
    return html`
      <li key=${job.id} class=${classes({ job: true, "job-dead": job.state === "dead" })}>
        <div class="job-head">
          <button
            type="button"
            id=${`job-name-${job.id}`}
            class="job-name"
            aria-expanded=${String(isOpen)}
            aria-controls=${panel}
            onClick=${() => this.toggle(job.id)}
          >
            <code>${job.name}</code> <span class="faint">#${job.id}</span>
          </button>
          ${stateOf(job)} ${factsOf(job)}
          ${job.state === "dead" && isSuperuser(this.props.session) && this.retry(job)}
        </div>
        ${job.hasLeft &&
        html`<p class="faint">It is not among these any more; this is what was last known.</p>`}
        ${job.last_error &&
        job.state !== "done" &&
        html`<p class="job-why"><strong>Why:</strong> <span class="hub-text">${job.last_error}</span></p>`}
        ${job.hint && html`<p class="job-hint"><strong>What to do:</strong> ${job.hint}</p>`}
        <div id=${panel} hidden=${!isOpen}>${isOpen && html`<${Details} job=${job} />`}</div>
      </li>
    `;
  }

  retry(job) {
    return html`
      <${Act}
        key="retry"
        label=${`Retry ${job.name} #${job.id}`}
        act=${(key) => write("POST", `jobs/${part(job.id)}/retry`, {}, key)}
        said=${`${job.name} #${job.id} waits for a worker again.`}
        done=${({ job: now }) => this.retried(now)}
      >
        Retry
      <//>
    `;
  }
}

const UNTIL_YOU_SAY_SO = "Nobody tries them again until you say so. See why, mend it, then retry.";
const UNTIL_A_SUPERUSER_SAYS_SO = "Nobody tries them again until a superuser says so.";

const jobs = (count) => (count === 1 ? "1 job" : `${plainly(count)} jobs`);

const dueIn = ({ due_now: due, oldest_due_seconds: oldest }) =>
  due
    ? `${plainly(due)} due now, the oldest for ${span((oldest ?? 0) * 1000)}.`
    : "Nothing is due that no worker has taken.";

const NOTHING = {
  "": "No jobs. Every mail, push and text message appears here.",
  waiting: "Nothing waits.",
  leased: "No worker is at anything just now.",
  done: "Nothing was done lately; done jobs are forgotten after a while.",
  dead: "No dead letters. Everything found its way, or is being tried again.",
};

const filters = (query, counts, names) => {
  const chosen = { state: query.get("state") ?? "", name: query.get("name") ?? "" };
  return html`
    <div class="filters">
      <${Tabs}
        label="Jobs by state"
        name="state"
        chosen=${chosen.state}
        choices=${STATES.map(counted(counts))}
        reset=${{ before: null }}
      />
      <label>
        Name
        <select onChange=${(event) => inQuery({ name: event.currentTarget.value, before: null })}>
          <option value="" selected=${!chosen.name}>All names</option>
          ${nameChoices(names, chosen.name).map(
            (name) =>
              html`<option key=${name} value=${name} selected=${name === chosen.name}>${name}</option>`,
          )}
        </select>
      </label>
    </div>
  `;
};

const counted =
  (counts) =>
  ([state, words]) => {
    const all = Object.values(counts).reduce((sum, one) => sum + one, 0);
    return [state, words, plainly(state ? counts[state] : all)];
  };

// The one that is chosen stays to be seen when the last of its jobs is gone.
const nameChoices = (names, chosen) =>
  chosen && !names.includes(chosen) ? [...names, chosen].sort() : names;

export const section = {
  name: "deliveries",
  title: "Deliveries",
  path: "/console/deliveries",
  page: Deliveries,
  needs: mayReadJobs,
};
