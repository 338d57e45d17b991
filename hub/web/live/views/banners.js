// What is on top of everything: that the page is offline, what it missed, and what became of what somebody
// wanted.
import { html } from "../../shared/ui.js";
import { when } from "../../shared/time.js";

export const Banners = ({ live, now }) => html`
  <div class="banners">
    <div role="status">
      ${live.lost?.isSaid && html`<${Lost} lost=${live.lost} live=${live} now=${now} />`}
      ${live.back && html`<${Back} live=${live} />`}
      ${live.isOutdated && html`<${Outdated} />`}
    </div>
    <div role="alert">${live.notice && html`<${Notice} live=${live} />`}</div>
    <${Unsent} live=${live} />
  </div>
`;

const Lost = ({ lost, live, now }) => html`
  <div class="banner warn">
    <p>
      ${
        lost.since
          ? html`<strong>
              Offline since${" "}<time datetime=${lost.since.toISOString()}>${when(lost.since, now)}</time>.
            </strong>
            ${" "}What you see may be old.`
          : html`<strong>Not connected yet.</strong> What you see may be old.`
      }
    </p>
    <button type="button" class="plain" onClick=${() => live.link.wake()}>Try now</button>
  </div>
`;

const Back = ({ live }) => html`
  <div class="banner good">
    <p><strong>Back after ${live.back.after}.</strong> Meanwhile: ${live.back.words || "nothing new"}.</p>
    <button type="button" class="plain" onClick=${() => live.forgetBack()}>Dismiss</button>
  </div>
`;

const Outdated = () => html`
  <div class="banner">
    <p>There is a newer version of this page.</p>
    <button type="button" class="plain" onClick=${() => location.reload()}>Load it</button>
  </div>
`;

const Notice = ({ live }) => {
  const { kind, words, action } = live.notice;
  const act = () => {
    live.show({ notice: null });
    action.act();
  };
  return html`
    <div class=${`banner ${kind}`}>
      <p class="hub-text">${words}</p>
      ${action && html`<button type="button" class="plain" onClick=${act}>${action.label}</button>`}
      <button type="button" class="plain" onClick=${() => live.show({ notice: null })}>Dismiss</button>
    </div>
  `;
};

// Only what takes longer than an answer usually does.
const Unsent = ({ live }) => {
  const waiting = live.unsent.list.filter((wanted) => wanted.tries > 0);
  return waiting.map(
    (wanted) => html`
      <div class="banner warn" key=${wanted.key} role="status">
        <p class="hub-text">Not answered yet, and sent again until it is: ${wanted.about}</p>
        <button type="button" class="plain" onClick=${() => live.unsent.giveUp(wanted.key)}>
          Stop trying
        </button>
      </div>
    `,
  );
};
