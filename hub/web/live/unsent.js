// What somebody wants done and the hub has not answered yet. Each has a key that it keeps until an answer
// comes, so that sent again after a lost answer, by this page or after it was loaded again, it has one
// effect.
import { newKey } from "../shared/calls.js";
import { keepInTab, recallInTab } from "./kept.js";

const NAME = "unsent";
const PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 15_000;
// What is older than this is not done behind somebody's back when the page is opened again.
const LONGEST_MS = 15 * 60 * 1000;

export class Unsent {
  #wakers = new Set();

  // `send(wanted)` makes the call; `changed()` is told when the list has changed; `settled(wanted, no)` when
  // it ended.
  constructor(send, { changed, settled }) {
    this.send = send;
    this.told = { changed, settled };
    this.list = [];
  }

  // Takes up what an earlier page of the same person left.
  resume(by) {
    const left = (recallInTab(NAME) ?? []).filter((one) => one.by === by && Date.now() - one.at < LONGEST_MS);
    this.#set(left.map((one) => ({ ...one, tries: 0 })));
    this.list.forEach((wanted) => this.#until(wanted));
  }

  add(wanted) {
    const named = { ...wanted, key: newKey(), at: Date.now(), tries: 0 };
    this.#set([...this.list, named]);
    this.#until(named);
  }

  // Sends no more; whether it had an effect already nobody knows.
  giveUp(key) {
    this.#set(this.list.filter((one) => one.key !== key));
    this.wake();
  }

  forgetAll() {
    this.#set([]);
    this.wake();
  }

  // The connection is back: no need to wait any longer.
  wake() {
    this.#wakers.forEach((waker) => waker());
  }

  #set(list) {
    this.list = list;
    keepInTab(NAME, list.length ? list : null);
    this.told.changed();
  }

  #find(key) {
    return this.list.find((one) => one.key === key);
  }

  async #until({ key }) {
    for (let wait = PAUSE_MS; this.#find(key); wait = Math.min(2 * wait, LONGEST_PAUSE_MS)) {
      const no = await this.#tried(this.#find(key));
      if (!this.#find(key)) return;
      if (!no?.mayBeSentAgain) return this.#settle(key, no);
      this.#set(this.list.map((one) => (one.key === key ? { ...one, tries: one.tries + 1 } : one)));
      await this.#pause(Math.max(wait, 1000 * (no.retryAfter ?? 0)));
    }
  }

  async #tried(wanted) {
    try {
      await this.send(wanted);
      return null;
    } catch (no) {
      return no;
    }
  }

  #settle(key, no) {
    const wanted = this.#find(key);
    this.#set(this.list.filter((one) => one.key !== key));
    this.told.settled(wanted, no);
  }

  #pause(ms) {
    return new Promise((done) => {
      const waker = () => {
        clearTimeout(timer);
        this.#wakers.delete(waker);
        done();
      };
      const timer = setTimeout(waker, ms * (0.5 + Math.random()));
      this.#wakers.add(waker);
    });
  }
}
