// The form that asks for a mentor. What was typed stays where the hub refuses it.
import { html } from "../../shared/ui.js";

export const AskForm = ({ live }) => {
  const typed = (name) => (event) =>
    live.show({ draft: { ...live.draft, [name]: event.currentTarget.value } });
  const asking = live.unsent.list.some((wanted) => wanted.path === "mentorship/create");
  const ask = (event) => {
    event.preventDefault();
    live.ask();
  };
  return html`
    <form class="ask" onSubmit=${ask} aria-label="Ask for help">
      <label>
        What are you stuck with?
        <textarea name="description" rows="2" dir="auto" required maxlength="10000"
          value=${live.draft.description} onInput=${typed("description")}></textarea>
      </label>
      <div class="two">
        <label>
          Where are you?
          <input name="location" dir="auto" required maxlength="10000" value=${live.draft.location}
            onInput=${typed("location")} />
        </label>
        <label>
          How are you found? (optional)
          <input name="contact" dir="auto" maxlength="10000" value=${live.draft.contact}
            onInput=${typed("contact")} />
        </label>
      </div>
      <p class="small">Everybody at the event can read this.</p>
      <button type="submit" aria-busy=${asking} disabled=${asking}>Ask for help</button>
    </form>
  `;
};
