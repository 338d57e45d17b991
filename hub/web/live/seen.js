// Which announcements somebody has seen in this browser; the others are new, however they came.
import { keep, recall } from "./kept.js";

const NAME = "seen";

export class Seen {
  #ids = null;

  constructor(changed) {
    const kept = recall(NAME);
    this.#ids = kept && new Set(kept);
    this.changed = changed;
  }

  // Who comes for the first time has everything before them, and nothing is news. What is no more is
  // forgotten.
  begin(ids) {
    this.#ids = new Set(this.#ids ? ids.filter((id) => this.#ids.has(id)) : ids);
    keep(NAME, [...this.#ids]);
  }

  has(id) {
    return this.#ids === null || this.#ids.has(id);
  }

  add(id) {
    if (this.has(id)) return;
    this.#ids.add(id);
    keep(NAME, [...this.#ids]);
    this.changed();
  }
}
