// One intended write until it is done: every try of the same words bears the same key, so that it happens
// once.

import { newKey } from "./api.js";

export class Attempt {
  constructor({ key = newKey(), words = null } = {}) {
    this.key = key;
    this.words = words;
  }

  // `send(body, key)` makes the call. Words that were changed since the last try are another write and get a
  // key of their own.
  async make(send, body) {
    const words = JSON.stringify(body ?? null);
    if (this.words !== null && this.words !== words) this.key = newKey();
    this.words = words;
    try {
      const answer = await send(body, this.key);
      this.renew();
      return answer;
    } catch (wrong) {
      // A no is final for this key; where nobody knows whether it happened, the key stays.
      if (!wrong.mayBeSentAgain) this.renew();
      throw wrong;
    }
  }

  renew() {
    this.key = newKey();
    this.words = null;
  }
}
