// Tables that are cards on a phone: each cell bears its column's title, and the roles stay what they are.

import { html } from "../shared/ui.js";

// A column is `{title, cell(row), look}`; `caption` says what the table holds, for those who cannot see where
// it stands.
export const Table = ({ caption, columns, rows, keyOf }) => html`
  <table role="table" class="cards">
    <caption class="hub-unseen">${caption}</caption>
    <thead role="rowgroup">
      <tr role="row">
        ${columns.map(({ title, look }) => html`<th
          key=${title}
          role="columnheader"
          scope="col"
          class=${look}
        >
          ${title}
        </th>`)}
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${rows.map(
        (row) => html`
          <tr role="row" key=${keyOf(row)}>
            ${columns.map(({ title, cell, look }) => oneCell(title, cell(row), look))}
          </tr>
        `,
      )}
    </tbody>
  </table>
`;

const oneCell = (title, said, look) => {
  const isVoid = said === null || said === undefined || said === "";
  return html`
    <td role="cell" key=${title} class=${isVoid ? "void" : look} data-label=${title}>
      ${isVoid ? html`<span class="nothing">none</span>` : said}
    </td>
  `;
};
