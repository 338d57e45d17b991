// The whole page: what is on top of everything, then its parts in the order in which a phone shows them.
import { html } from "../../shared/ui.js";
import { clock, when, zoneName } from "../../shared/time.js";
import { Announcements } from "./announcements.js";
import { Banners } from "./banners.js";
import { Hero } from "./hero.js";
import { Help } from "./help.js";
import { MapDialog, Maps } from "./maps.js";
import { Notify } from "./notify.js";
import { Schedule } from "./schedule.js";
import { SignIn } from "./sign_in.js";

export const Page = ({ live, now }) => html`
  <${Top} live=${live} now=${now} />
  <${Banners} live=${live} now=${now} />
  <main id="main" tabindex="-1">
    <${Hero} live=${live} now=${now} />
    <div class="columns">
      <${Announcements} live=${live} now=${now} />
      <${Help} live=${live} now=${now} />
      <${Schedule} live=${live} now=${now} />
      <${Maps} live=${live} />
    </div>
  </main>
  <${Bottom} live=${live} />
  ${live.isSigningIn && html`<${SignIn} live=${live} />`}
  ${live.map && html`<${MapDialog} live=${live} />`}
`;

const Top = ({ live, now }) => html`
  <header class="top">
    <h1><span class="mark" aria-hidden="true"></span>Live</h1>
    <${Pulse} live=${live} now=${now} />
    <nav class="parts" aria-label="Parts of this page">
      <a href="#announcements">News</a>
      <a href="#help">Help</a>
      <a href="#schedule">Schedule</a>
      <a href="#maps">Maps</a>
    </nav>
    ${live.isScreen && html`<p class="wall-clock hub-figures">${clock(now)}</p>`}
    <div class="account">
      ${live.me ? html`<${Signed} live=${live} />` : html`<${Stranger} live=${live} />`}
    </div>
  </header>
`;

const Pulse = ({ live, now }) => {
  const name = live.isLive ? "connected" : live.lost?.isSaid ? "offline" : "connecting";
  const asOf = name === "connecting" && live.lost?.asOf;
  const words = asOf ? `As of ${when(asOf, now)}, connecting …` : name;
  return html`<p class=${`pulse ${name}`}><span aria-hidden="true"></span>${words}</p>`;
};

const Signed = ({ live }) => html`
  <span class="name" dir="auto">${live.me.name}</span>
  <button type="button" class="secondary outline" onClick=${() => live.signOut()}>Sign out</button>
`;

const Stranger = ({ live }) => html`
  <button type="button" onClick=${() => live.show({ isSigningIn: true })}>Sign in</button>
`;

const Bottom = ({ live }) => html`
  <footer class="bottom">
    ${live.me && html`<${Notify} live=${live} />`}
    ${
      live.install &&
      html`<section aria-label="Install">
      <p>Keep this page on your device: it opens offline, too.</p>
      <button type="button" class="secondary" onClick=${live.install}>Install the app</button>
    </section>`
    }
    <p class="small">Times are those of ${zoneName}. <a href="/?screen">Big screen</a></p>
  </footer>
`;
