// The way to the hub: one WebSocket of the official client for three namespaces, which comes back by itself.
import { Manager } from "../vendor/socket.io.esm.min.js";
import { Line } from "./line.js";

const NAMESPACES = ["/announcements", "/schedule", "/mentor"];
const PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 8000;
// The hub pings every 20 s and gives up after another 10; who heard nothing for longer has slept.
const SILENCE_MS = 35_000;

export class Link {
  #tries = 0;
  #timer = null;
  #isStopped = false;
  #heardAt = Date.now();
  #comeBackIn = null;

  // Besides what lines tell `ears`: dismissed() when the hub ends a connection, refused(code) when it lets
  // nobody in.
  constructor(token, ears) {
    this.ears = ears;
    this.manager = new Manager(location.origin, {
      transports: ["websocket"],
      reconnection: false,
      autoConnect: false,
    });
    this.lines = NAMESPACES.map((namespace) => this.#line(namespace, token));
    this.manager.on("ping", () => this.#alive());
    this.manager.on("close", () => this.#later());
    this.manager.on("error", () => this.#later());
    this.#join();
  }

  get isLive() {
    return this.lines.every((line) => line.isLive);
  }

  #line(namespace, token) {
    const auth = { recover: true, ...(token ? { token } : {}) };
    const socket = this.manager.socket(namespace, { auth });
    socket.on("ready", () => this.#joined(auth));
    socket.on("drain", (said) => this.#drained(auth, said));
    socket.on("disconnect", (reason) => reason === "io server disconnect" && this.ears.dismissed());
    socket.on("connect_error", (no) => no.data?.code && this.ears.refused(no.data.code));
    return new Line(namespace, socket, this.ears);
  }

  #joined(auth) {
    delete auth.ticket;
    this.#tries = 0;
    this.#alive();
  }

  // The server goes: it says when to come back, and what spares the next one a question.
  #drained(auth, { ticket, after_ms }) {
    if (ticket) auth.ticket = ticket;
    this.#comeBackIn = Math.max(after_ms, this.#comeBackIn ?? 0);
  }

  #alive() {
    this.#heardAt = Date.now();
  }

  #join() {
    this.lines.forEach((line) => line.socket.connect());
  }

  #later() {
    if (this.#isStopped) return;
    clearTimeout(this.#timer);
    const backoff = Math.min(PAUSE_MS * 2 ** this.#tries, LONGEST_PAUSE_MS) * (0.5 + Math.random());
    this.#timer = setTimeout(() => this.#now(), this.#comeBackIn ?? backoff);
    this.#tries += 1;
    this.#comeBackIn = null;
  }

  #now() {
    clearTimeout(this.#timer);
    this.#timer = null;
    this.manager.open();
  }

  // Somebody looks, or the network is back: a connection that died in its sleep is not waited for.
  wake() {
    if (this.#isStopped) return;
    if (this.#timer !== null) this.#now();
    else if (Date.now() - this.#heardAt > SILENCE_MS) this.manager.engine?.close();
  }

  // After the hub ended a connection without ending the sign-in.
  rejoin() {
    setTimeout(() => this.#isStopped || this.#join(), PAUSE_MS * (1 + Math.random()));
  }

  // The page goes into the browser's back-forward cache, where no connection may be open.
  rest() {
    this.manager.engine?.close();
  }

  stop() {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.lines.forEach((line) => line.leave());
    this.manager.engine?.close();
  }
}
