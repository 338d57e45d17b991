// What the page is at any moment, and what people can have it do. Views read it; it tells `draw` when it has
// changed.
import { CallFailed } from "../shared/calls.js";
import { span } from "../shared/time.js";
import { keep, onKept, recall } from "./kept.js";
import { Link } from "./link.js";
import { missed } from "./missed.js";
import { forgetPush } from "./push.js";
import { isSignedOut, prove, stateOf, vivere } from "./rest.js";
import { Seen } from "./seen.js";
import { heard, nothing } from "./store.js";
import { Unsent } from "./unsent.js";

// A connection that is back at once was hardly away; the first one may take longer.
const PATIENCE_MS = 1200;
const FIRST_PATIENCE_MS = 4000;
const KEEP_AFTER_MS = 1000;
const BACK_SHOWN_MS = 60_000;
const ASK = "mentorship/create";

const EMPTY = { description: "", location: "", contact: "" };

// A refused token does not say why it is refused; a refused connection does.
const ENDED =
  "You were signed out: this sign-in has run out, was taken back, or the account was disabled.";
const LEFT_BEHIND = "You were signed out in another tab. What was not answered yet is not sent again.";
const NOT_THEIRS = "It was not sent: who wanted it is not signed in any more.";
const WHY_ENDED = {
  account_disabled: "You were signed out: an organiser has disabled this account.",
  account_gone: "You were signed out: this account is no more.",
};

export class Live {
  isLive = false;
  notice = null;
  back = null;
  map = null;
  isSigningIn = false;
  draft = EMPTY;
  #keeping = null;
  #hiding = null;
  #isProving = false;
  // Whose words the draft is.
  #writer = null;

  // `say(words)` is for screen readers.
  constructor({ draw, say }) {
    this.draw = draw;
    this.say = say;
    this.me = recall("me");
    this.#writer = this.me?.username ?? null;
    const last = recall("last");
    this.state = { ...nothing, ...(last?.by === (this.me?.username ?? null) ? last.state : {}) };
    this.isKnown = last !== null && last.by === (this.me?.username ?? null);
    this.heardAt = this.isKnown ? new Date(last.at) : null;
    this.seen = new Seen(draw);
    this.unsent = new Unsent((wanted) => this.#send(wanted), {
      changed: draw,
      settled: (wanted, no) => this.#settled(wanted, no),
    });
    onKept("me", (me) => this.#becomeElsewhere(me));
  }

  start() {
    this.#lose(navigator.onLine === false ? 0 : FIRST_PATIENCE_MS, this.heardAt);
    // What an earlier visit kept is shown at once, and said to be of then.
    this.lost.asOf = this.heardAt;
    this.#connect();
    this.unsent.resume(this.me?.username);
  }

  // -- the connection ---------------------------------------------------------------------------------------

  #connect() {
    this.link?.stop();
    const own =
      (act) =>
      (...said) =>
        link === this.link && act(...said);
    const link = new Link(this.me?.token, {
      load: (namespace) => this.#load(namespace, link),
      loaded: own((namespace, state) => this.#loaded(namespace, state)),
      heard: own((namespace, event, said) => this.#heard(namespace, event, said)),
      changed: own(() => this.#linkChanged()),
      doubtful: own(() => this.#prove()),
      dismissed: own(() => this.#dismissed()),
      refused: own((code) => this.#refused(code)),
    });
    this.link = link;
  }

  async #load(namespace, link) {
    try {
      return await stateOf(namespace, this.me?.token);
    } catch (no) {
      if (link === this.link && isSignedOut(no)) this.endSignIn(ENDED);
      throw no;
    }
  }

  #loaded(namespace, loaded) {
    this.#become({ ...this.state, ...loaded });
    if (namespace === "/announcements") this.seen.begin(Object.keys(this.state.announcements));
  }

  #heard(namespace, event, said) {
    const isNews =
      namespace === "/announcements" && event === "save" && !(said.id in this.state.announcements);
    this.#become(heard(this.state, namespace, event, said));
    if (isNews) this.say(`New announcement: ${said.message}`);
  }

  #become(state) {
    this.state = state;
    this.draw();
    this.#keeping ??= setTimeout(() => this.keep(), KEEP_AFTER_MS);
  }

  keep() {
    clearTimeout(this.#keeping);
    this.#keeping = null;
    if (this.isLive) this.heardAt = new Date();
    if (this.heardAt)
      keep("last", { state: this.state, at: this.heardAt.toISOString(), by: this.me?.username ?? null });
  }

  #linkChanged() {
    if (this.link.isLive === this.isLive) return;
    if (this.link.isLive) this.#found();
    else this.#lose(PATIENCE_MS, new Date());
  }

  // `lost.isSaid` once it is worth telling; `lost.before` is what there was to be seen until then.
  #lose(patience, since) {
    this.keep();
    this.isLive = false;
    this.back = null;
    const lost = { since, before: this.isKnown ? this.state : null, isSaid: patience === 0 };
    lost.timer = setTimeout(() => this.#sayLost(lost), patience);
    this.lost = lost;
    this.draw();
  }

  #sayLost(lost) {
    if (this.lost !== lost) return;
    lost.isSaid = true;
    this.draw();
  }

  #found() {
    const { since, before, isSaid, timer } = this.lost;
    clearTimeout(timer);
    this.isLive = this.isKnown = true;
    this.lost = null;
    if (isSaid && before && since) this.#comeBack(since, before);
    if (isSaid) this.checkRelease();
    this.unsent.wake();
    this.keep();
    this.draw();
  }

  #comeBack(since, before) {
    this.back = { after: span(Date.now() - since), words: missed(before, this.state) };
    clearTimeout(this.#hiding);
    this.#hiding = setTimeout(() => this.forgetBack(), BACK_SHOWN_MS);
  }

  forgetBack() {
    this.back = null;
    this.draw();
  }

  // -- who is signed in -------------------------------------------------------------------------------------

  // `me` is {name, username, token}, or null.
  signIn(me) {
    this.notice = null;
    this.isSigningIn = false;
    this.#beSomebody(me);
    this.unsent.resume(me.username);
  }

  endSignIn(words) {
    if (!this.me) return;
    this.#beSomebody(null);
    this.tell("warn", words);
  }

  async signOut() {
    const { token } = this.me;
    this.endSignIn("You are signed out.");
    this.draft = EMPTY;
    await Promise.allSettled([vivere("POST", "user/logout", { token }), forgetPush()]);
  }

  #beSomebody(me) {
    keep("me", me);
    this.#turnInto(me);
  }

  // Another tab signed in or out.
  #becomeElsewhere(me) {
    if (me?.token === this.me?.token) return;
    const isLeftBehind = me?.username !== this.me?.username && this.unsent.list.length > 0;
    this.#turnInto(me);
    if (isLeftBehind) this.tell("warn", LEFT_BEHIND);
  }

  #turnInto(me) {
    if (me?.username !== this.me?.username) this.#leaveBehind(me);
    this.me = me;
    const others = Object.entries(this.state.tickets).filter(
      ([, ticket]) => !ticket.is_mine && !ticket.claimed_by_me,
    );
    this.state = { ...this.state, tickets: Object.fromEntries(others) };
    clearTimeout(this.lost?.timer);
    this.#lose(FIRST_PATIENCE_MS, new Date());
    this.lost.before = null;
    this.#connect();
  }

  // What waits is one person's and is sent as nobody else; what they asked for they find again, and only
  // they.
  #leaveBehind(me) {
    const asked = this.unsent.list.find((wanted) => wanted.path === ASK);
    if (asked) this.draft = asked.body;
    this.unsent.forgetAll();
    if (me && me.username !== this.#writer) this.draft = EMPTY;
    if (me) this.#writer = me.username;
  }

  // Ask the hub whether it still knows us, once at a time.
  async #prove() {
    if (!this.me || this.#isProving) return;
    this.#isProving = true;
    const { token } = this.me;
    await prove(token).catch((no) => isSignedOut(no) && token === this.me?.token && this.endSignIn(ENDED));
    this.#isProving = false;
  }

  async #dismissed() {
    const { link } = this;
    await this.#prove();
    if (link === this.link) link.rejoin();
  }

  #refused(code) {
    if (this.me) this.endSignIn(WHY_ENDED[code] ?? ENDED);
    else this.link.rejoin();
  }

  // -- what people want done --------------------------------------------------------------------------------

  ask() {
    const { description, location, contact } = this.draft;
    this.draft = { ...this.draft, description: "" };
    this.#want(ASK, { description, location, contact }, description);
  }

  move(verb, ticket) {
    const was = ticket.is_mine ? "mine" : "theirs";
    this.#want(`mentorship/${verb}`, { id: ticket.id }, ticket.description, was);
  }

  isMoving(ticket) {
    return this.unsent.list.some((wanted) => wanted.body.id === ticket.id);
  }

  #want(path, body, about, whose) {
    this.notice = null;
    this.unsent.add({ path, body, about, whose, by: this.me.username });
  }

  #send({ path, body, key, by }) {
    if (by !== this.me?.username) throw new CallFailed(NOT_THEIRS, { status: 403 });
    return vivere("POST", path, { token: this.me?.token, body, key });
  }

  // What came of it is heard on the socket, in the order of all that happens; here only of what did not.
  #settled({ path, body, about, whose, by }, no) {
    if (!no && path === "mentorship/close" && whose === "theirs") this.#offerToReopen(body.id, about);
    if (!no) return this.draw();
    if (path === ASK && by === this.#writer) this.draft = body;
    if (isSignedOut(no) && this.me) return this.endSignIn(ENDED);
    this.tell("bad", [no.body?.error?.title, no.message].filter(Boolean).join(". "));
  }

  #offerToReopen(id, description) {
    const undo = () => this.move("reopen", { id, description, is_mine: false });
    this.tell("good", `Closed: ${description}`, { label: "Put it back", act: undo });
  }

  // -- what is shown ----------------------------------------------------------------------------------------

  tell(kind, words, action = null) {
    this.notice = { kind, words, action };
    this.draw();
  }

  show(change) {
    Object.assign(this, change);
    this.draw();
  }
}
