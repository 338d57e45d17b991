// The live page begins here: it draws what Live is, wakes it when somebody looks, and keeps what it knows
// when they go.
import { html, render } from "../shared/ui.js";
import { Live } from "./live.js";
import { announcements } from "./store.js";
import { Banners } from "./views/banners.js";
import { Page } from "./views/page.js";
import { onInstallable, register } from "./worker.js";

const TITLE = document.title;
const REDRAW_MS = 15_000;

const root = document.getElementById("page");
const said = document.getElementById("said");
const address = new URL(location.href);
const isScreen = address.searchParams.has("screen");
document.documentElement.classList.toggle("screen", isScreen);

// What the hub wrote stays until there is more to show than that.
const beginning = document.createElement("div");
root.prepend(beginning);
let isWritten = false;
let isPlanned = false;

const draw = () => {
  isPlanned = false;
  const now = new Date();
  if (!live.isKnown) return render(html`<${Banners} live=${live} now=${now} />`, beginning);
  if (!isWritten) root.replaceChildren();
  isWritten = true;
  render(html`<${Page} live=${live} now=${now} />`, root);
  const unseen = announcements(live.state).filter(({ id }) => !live.seen.has(id)).length;
  document.title = unseen ? `(${unseen}) ${TITLE}` : TITLE;
};

const plan = () => {
  if (isPlanned) return;
  isPlanned = true;
  queueMicrotask(draw);
};

// Several at once are read one after the other.
let words = [];
const say = (more) => {
  words.push(more);
  said.textContent = words.join(" ");
  clearTimeout(say.timer);
  say.timer = setTimeout(() => (words = []), 5000);
};

const live = new Live({ draw: plan, say });
live.isScreen = isScreen;

// Links in mails to members lead here where the organisation has named no page of its own. Their secret is for an app;
// it must not stay where anybody can read it.
if (address.searchParams.has("s")) {
  address.searchParams.delete("s");
  history.replaceState(null, "", address);
  live.tell("warn", "This link is for an app of your organisation, to which the secret in your mail signs you in. This page does not need it.");
}

const wake = () => document.visibilityState === "visible" && live.link.wake();
document.addEventListener("visibilitychange", wake);
addEventListener("online", wake);
addEventListener("pageshow", wake);
addEventListener("pagehide", () => {
  live.keep();
  live.link.rest();
});

const renewed = () => (isScreen ? location.reload() : live.show({ isOutdated: true }));
onInstallable((install) => live.show({ install }));
live.start();
const registration = register(renewed);
// A server that was away is often a newer one.
live.checkRelease = async () => (await registration)?.update().catch(() => {});
setInterval(plan, REDRAW_MS);
