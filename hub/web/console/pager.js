// Where in a long list one is: by number, or by how far back; the address says it, so going back finds the
// place again.

import { html } from "../shared/ui.js";
import { inQuery } from "./router.js";

// For lists with `{page, pages, total}`.
export const Pages = ({ page, pages, total, of }) => html`
  <nav class="pager" aria-label="Pages">
    <button
      type="button"
      class="secondary outline"
      disabled=${page <= 1}
      onClick=${() => toPage(page - 1)}
    >
      Previous
    </button>
    <span
      class="hub-figures"
      role="status"
    >
      ${counted(total, of)}${pages > 1 && `, page ${page} of ${pages}`}
    </span>
    <button
      type="button"
      class="secondary outline"
      disabled=${page >= pages}
      onClick=${() => toPage(page + 1)}
    >
      Next
    </button>
  </nav>
`;

const toPage = (page) => inQuery({ page: page > 1 ? page : null });

// Without a total there are more than anybody reads.
const counted = (total, [one, many]) =>
  total === null ? `Many ${many}` : `${total} ${total === 1 ? one : many}`;

// For lists with a cursor in `next`: older is one step further, newest is the beginning. Lists in another
// order have other words.
export const Older = ({ before, next, first = "Newest", further = "Older" }) =>
  (before || next) &&
  html`
    <nav class="pager" aria-label="Pages">
      <button
        type="button"
        class="secondary outline"
        disabled=${!before}
        onClick=${() => inQuery({ before: null })}
      >
        ${first}
      </button>
      <button
        type="button"
        class="secondary outline"
        disabled=${!next}
        onClick=${() => inQuery({ before: next })}
      >
        ${further}
      </button>
    </nav>
  `;
