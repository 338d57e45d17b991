// Forms: what is typed stays until the hub has it, a no stands at its field, and a try again has one effect.

import { Component, createRef, html } from "../shared/ui.js";
import { wordsFor } from "./act.js";
import { Attempt } from "./attempt.js";
import { draftOf, dropDraft, keepDraft } from "./drafts.js";
import { Field } from "./field.js";
import { sentBy, startingWith } from "./spoken.js";
import { told } from "./toasts.js";

// Props: `name` (its draft is kept under it), `fields` (field.js), `initial` (what stands there already;
// without it the form makes something new), `submit`, `send(body, key)`, `said`, `done(answer)`, `cancel`,
// `check(values)` -> {field: words}.
export class Form extends Component {
  element = createRef();

  constructor(props) {
    super(props);
    const draft = draftOf(props.name);
    this.begin();
    this.attempt = new Attempt(draft?.attempt);
    const values = { ...this.initial, ...draft?.values };
    this.state = { values, isAtIt: false, trouble: null, wrong: {}, isKept: Boolean(draft) };
  }

  begin() {
    this.initial = startingWith(this.props.fields, this.props.initial);
    this.begunWith = JSON.stringify(this.props.initial);
  }

  // What others changed meanwhile is taken over by a form that nobody is typing in, and by no other.
  componentDidUpdate() {
    if (JSON.stringify(this.props.initial) === this.begunWith || this.isTypedIn()) return;
    this.begin();
    this.setState({ values: this.initial });
  }

  isTypedIn() {
    return Object.keys(this.typedSoFar(this.state.values)).length > 0;
  }

  // A draft is what differs: the rest is whatever it is when the draft is found again.
  typedSoFar(values) {
    return Object.fromEntries(Object.entries(values).filter(([name, value]) => value !== this.initial[name]));
  }

  // A form that was opened takes the focus to what is typed first.
  componentDidMount() {
    if (this.props.cancel) this.element.current.querySelector("input, textarea, select")?.focus();
  }

  typed = (name, value) => {
    const values = { ...this.state.values, [name]: value };
    this.setState({ values, wrong: { ...this.state.wrong, [name]: undefined } });
    this.keep(values);
  };

  keep(values) {
    const typed = this.typedSoFar(values);
    if (Object.keys(typed).length) keepDraft(this.props.name, { values: typed, attempt: this.attempt });
    else dropDraft(this.props.name);
  }

  submit = async (event) => {
    event.preventDefault();
    if (this.state.isAtIt) return;
    const { check, fields } = this.props;
    const wrong = check?.(this.state.values) ?? {};
    if (Object.keys(wrong).length) return this.refuse(wrong, null);
    const body = sentBy(fields, this.state.values, this.props.initial && this.initial);
    await this.send(body);
  };

  async send(body) {
    this.setState({ isAtIt: true, trouble: null, wrong: {} });
    let answer;
    try {
      answer = await this.attempt.make(this.props.send, body);
    } catch (trouble) {
      return this.failed(trouble);
    }
    this.finish(answer);
  }

  failed(trouble) {
    // With the key it was sent under, in case that this page is loaded anew before it is tried again.
    this.keep(this.state.values);
    const isOfAField = this.props.fields.some(({ name }) => name === trouble.field);
    this.refuse(isOfAField ? { [trouble.field]: trouble.message } : {}, isOfAField ? null : trouble);
  }

  refuse(wrong, trouble) {
    const toTheField = () => this.element.current?.querySelector("[aria-invalid=true]")?.focus();
    this.setState({ isAtIt: false, wrong, trouble }, toTheField);
  }

  finish(answer) {
    dropDraft(this.props.name);
    const said = this.props.said;
    // What is saved is what stands there now; a form for something new is empty again.
    if (this.props.initial) this.initial = this.state.values;
    this.setState({ isAtIt: false, values: this.initial, isKept: false });
    if (said) told(wordsFor(said, answer));
    this.props.done?.(answer);
  }

  discard = () => {
    dropDraft(this.props.name);
    this.attempt.renew();
    this.setState({ values: this.initial, trouble: null, wrong: {}, isKept: false });
    this.props.cancel?.();
  };

  field(field) {
    const { fields, name, zone } = this.props;
    const { values, wrong, isAtIt } = this.state;
    const said = { value: values[field.name], values, wrong: wrong[field.name], isHeld: isAtIt };
    const saysZone = field === fields.find(({ kind }) => kind === "moment");
    return html`<${Field}
      key=${field.name}
      ...${field}
      ...${said}
      of=${name}
      zone=${zone}
      saysZone=${saysZone}
      typed=${this.typed}
    />`;
  }

  render({ fields, submit, cancel, initial }, { values, isAtIt, trouble, isKept }) {
    const isOthers = initial && JSON.stringify(initial) !== this.begunWith;
    return html`
      <form ref=${this.element} class="form" onSubmit=${this.submit}>
        ${isKept && html`<p class="note">Here is what you had typed before.</p>`}
        ${isOthers && html`<p class="note" role="status">${CHANGED_MEANWHILE}</p>`}
        ${fields.map((field) => this.field(field))}
        ${trouble && html`<p class="wrong" role="alert">${trouble.message}</p>`}
        <div class="buttons">
          <button
            type="submit"
            aria-busy=${isAtIt}
          >
            ${trouble?.mayBeSentAgain ? "Try again" : wordsFor(submit, values)}
          </button>
          ${
            (cancel || isKept) &&
            html`<button type="button" class="secondary outline" onClick=${this.discard}>
            ${cancel ? "Cancel" : "Discard"}
          </button>`
          }
        </div>
      </form>
    `;
  }
}

const CHANGED_MEANWHILE =
  "Somebody changed this while you were writing. Only what you changed yourself will be saved.";
