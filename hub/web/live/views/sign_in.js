// The dialog to sign in or sign up.
import { Component, createRef, html } from "../../shared/ui.js";
import { vivere } from "../rest.js";

const EMPTY = { name: "", username: "", password: "" };

const signIn = async ({ username, password }) => {
  const { name, token } = await vivere("POST", "user/login", { body: { username, password } });
  return { name, username, token };
};

const signUp = async ({ name, username, password }) => {
  const { token } = await vivere("POST", "user/create", { body: { name, username, password } });
  return { name, username, token };
};

export class SignIn extends Component {
  dialog = createRef();
  state = { isNew: false, isBusy: false, no: null, typed: EMPTY };

  componentDidMount() {
    this.dialog.current.showModal();
  }

  async send(event) {
    event.preventDefault();
    const { isNew, typed } = this.state;
    this.setState({ isBusy: true, no: null });
    try {
      const me = await (isNew ? signUp : signIn)(typed);
      // The dialog gives the focus back where it came from before it goes.
      this.dialog.current?.close();
      this.props.live.signIn(me);
    } catch (no) {
      this.setState({ isBusy: false, no: [no.body?.error?.title, no.message].filter(Boolean).join(". ") });
    }
  }

  field(name, label, more) {
    const typed = (event) =>
      this.setState({ typed: { ...this.state.typed, [name]: event.currentTarget.value } });
    const value = this.state.typed[name];
    return html`
      <label>${label}<input name=${name} value=${value} onInput=${typed} required ...${more} /></label>
    `;
  }

  render({ live }, { isNew, isBusy, no }) {
    const [title, other] = isNew ? ["Sign up", "I have an account"] : ["Sign in", "I am new here"];
    const shut = () => live.show({ isSigningIn: false });
    const turn = () => this.setState({ isNew: !isNew, no: null });
    const cancel = () => this.dialog.current.close();
    const words = { autocapitalize: "none", spellcheck: false };
    return html`
      <dialog class="sign-in" ref=${this.dialog} aria-labelledby="sign-in-title" onClose=${shut}>
        <form onSubmit=${(event) => this.send(event)}>
          <h2 id="sign-in-title">${title}</h2>
          ${isNew && this.field("name", "Your name", { autocomplete: "name", maxlength: 200 })}
          ${this.field("username", "Username or e-mail address", {
            maxlength: 200,
            autocomplete: "username",
            ...words,
          })}
          ${this.field("password", "Password", {
            type: "password",
            maxlength: 1000,
            autocomplete: isNew ? "new-password" : "current-password",
          })}
          <p role="alert" class="no">${no}</p>
          <button type="submit" aria-busy=${isBusy} disabled=${isBusy}>${title}</button>
          <div class="two">
            <button type="button" class="secondary outline" onClick=${turn}>${other}</button>
            <button type="button" class="secondary outline" onClick=${cancel}>Cancel</button>
          </div>
        </form>
      </dialog>
    `;
  }
}
