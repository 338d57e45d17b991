// One member in hand: their details, and the report that ends the check.

import { Component, html } from "../shared/ui.js";
import { Act } from "./act.js";
import { write } from "./api.js";
import { Form } from "./form.js";
import { told } from "./toasts.js";

const STATES = ["nsw", "qld", "sa", "nt", "act", "vic", "wa", "tas", "nostate"];

const WHICH = [
  ["", "Every state"],
  ...STATES.map((state) => [state, state === "nostate" ? "No state" : state.toUpperCase()]),
];

// As people call what members give; what is not here keeps the name that clients give it.
const CALLED = {
  fname: "First name",
  mnames: "Middle names",
  sname: "Surname",
  name: "Whole name",
  dob: "Born",
  dobDay: "Day of birth",
  dobMonth: "Month of birth",
  dobYear: "Year of birth",
  addr_street_no: "Number",
  addr_street: "Street",
  addr_suburb: "Suburb",
  addr_postcode: "Postcode",
  addr_country: "Country",
  address: "Address",
  onAECRoll: "Says to be on the roll",
  contact_number: "Phone",
  email: "E-mail",
  volunteer: "Volunteers",
};

const isValid = ({ is_valid: said }) => said === "yes";
const isInvalid = ({ is_valid: said }) => said === "no";

const REPORT = [
  {
    name: "is_valid",
    label: "Are the details right?",
    kind: "choice",
    required: true,
    options: [
      ["", "Choose"],
      ["yes", "Yes, valid"],
      ["no", "No, not valid"],
    ],
  },
  { name: "not_federal", label: "Not on the federal roll", kind: "checkbox", when: isValid },
  { name: "not_state", label: "Not on the state's roll", kind: "checkbox", when: isValid },
  {
    name: "reason",
    label: "What is wrong with them?",
    kind: "area",
    when: isInvalid,
    maxlength: 1000,
    hint: "The member reads this and can correct it.",
  },
];

export class Checking extends Component {
  state = { member: null, isSecond: false, among: "" };

  next = (key) => {
    const { among, isSecond } = this.state;
    return write("POST", "members/next", { is_second: isSecond, ...(among ? { state: among } : {}) }, key);
  };

  handed = ({ member }) => {
    this.setState({ member });
    this.props.done();
    if (!member) told("Nobody of this kind waits to be checked.");
  };

  reported = () => {
    this.setState({ member: null });
    this.props.done();
  };

  send = (body, key) => write("POST", "members/report", spoken(body, this.state), key);

  render(_, { member }) {
    return html`
      <section class="card" aria-labelledby="check">
        <h2 id="check">${member ? "Check this member" : "Check somebody"}</h2>
        ${member ? this.inHand(member) : this.choosing()}
      </section>
    `;
  }

  choosing() {
    const { among, isSecond } = this.state;
    return html`
      <div class="form">
        <label for="check-state">From</label>
        <select
          id="check-state"
          value=${among}
          onChange=${(event) => this.setState({ among: event.target.value })}
        >
          ${WHICH.map(([value, words]) => html`<option key=${value} value=${value}>${words}</option>`)}
        </select>
        <label>
          <input
            type="checkbox"
            checked=${isSecond}
            onChange=${(event) => this.setState({ isSecond: event.target.checked })}
          />
          A second check of who was found valid
        </label>
        <div class="buttons"><${Act} look="" act=${this.next} done=${this.handed}>Next member<//></div>
        <small>They are yours for a minute; then somebody else may be given the same.</small>
      </div>
    `;
  }

  inHand({ alias, details }) {
    return html`
      <dl class="facts">
        ${Object.entries(details).map(([field, text]) => [
          html`<dt>${CALLED[field] ?? field}</dt>`,
          html`<dd>${String(text)}</dd>`,
        ])}
      </dl>
      <${Form}
        key=${alias}
        name=${`check-${alias}`}
        fields=${REPORT}
        submit="Report"
        send=${this.send}
        said="Reported."
        done=${this.reported}
        cancel=${() => this.setState({ member: null })}
      />
    `;
  }
}

const spoken = (
  { is_valid: said, reason, not_federal: notFederal, not_state: notState },
  { member, isSecond },
) => ({
  alias: member.alias,
  is_valid: said === "yes",
  is_second: isSecond,
  ...(said === "yes"
    ? { valid_federal: !notFederal, valid_state: !notState }
    : { reason: reason || undefined }),
});
