// One namespace, heard without a gap: what came while the state was being read is applied after it, and what
// a connection missed comes again. Nothing is lost by a connection that breaks in the middle of either.

const PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 20_000;

const seqOf = (offset) => Number(offset.slice(offset.lastIndexOf("-") + 1));
const pause = (ms) => new Promise((done) => setTimeout(done, ms * (0.5 + Math.random())));

// `ears` are told: heard(namespace, event, said), loaded(namespace, state), changed(), doubtful(), and asked:
// load(namespace).
export class Line {
  isLive = false;
  #isRead = false;
  #reading = null;
  #late = [];
  #position = 0;
  #head = 0;

  constructor(namespace, socket, ears) {
    this.namespace = namespace;
    this.socket = socket;
    this.ears = ears;
    socket.onAny((event, ...said) => this.#told(event, said));
    socket.on("disconnect", () => this.#cut());
  }

  // Ends all that still goes on for this line.
  leave() {
    this.#reading = null;
    this.socket.offAny();
    this.socket.disconnect();
  }

  #told(event, said) {
    if (event === "ready") this.#ready(said[0]);
    else if (event !== "drain") this.#heard(event, ...said);
  }

  #ready({ recovered, from, head }) {
    this.#position = from;
    this.#head = head;
    if (!recovered) this.#begin();
    // The hub repeats the name of a connection only to whom it was given: this one may be a stranger now.
    else if (!this.socket.recovered) this.ears.doubtful();
    this.#settle();
  }

  #begin() {
    this.#isRead = false;
    this.#late = [];
    this.#read((this.#reading = Symbol(this.namespace)));
  }

  // Goes on over broken connections: as long as each one after it recovered, all that came since waits in
  // `#late`.
  async #read(reading) {
    for (let wait = PAUSE_MS; this.#reading === reading; wait = Math.min(2 * wait, LONGEST_PAUSE_MS)) {
      try {
        const state = await this.ears.load(this.namespace);
        if (this.#reading === reading) this.#loaded(state);
        return;
      } catch (no) {
        if (!no.mayBeSentAgain) console.warn(`${this.namespace} cannot be read:`, no.message);
        await pause(Math.max(wait, 1000 * (no.retryAfter ?? 0)));
      }
    }
  }

  #loaded(state) {
    this.#reading = null;
    this.#isRead = true;
    this.ears.loaded(this.namespace, state);
    this.#late.forEach(([event, said]) => this.ears.heard(this.namespace, event, said));
    this.#late = [];
    this.#settle();
  }

  #heard(event, said, offset) {
    if (this.#isRead) this.ears.heard(this.namespace, event, said);
    else this.#late.push([event, said]);
    if (offset !== undefined) this.#position = seqOf(offset);
    this.#settle();
  }

  // Live is who has heard everything there was when they came.
  #settle() {
    const isLive = this.socket.connected && this.#isRead && this.#position >= this.#head;
    if (isLive === this.isLive) return;
    this.isLive = isLive;
    this.ears.changed();
  }

  #cut() {
    this.isLive = false;
    this.ears.changed();
  }
}
