// Being notified on this device: the switch, or in plain words why there is none.
import { Component, html } from "../../shared/ui.js";
import { pushState, turnOff, turnOn } from "../push.js";

export class Notify extends Component {
  state = { isOn: false, isImpossible: false, why: null, isBusy: true };

  componentDidMount() {
    this.become(pushState());
  }

  async become(coming) {
    this.setState({ isBusy: true });
    try {
      this.setState(await coming);
    } catch (no) {
      this.setState({ why: `Notifications cannot be changed now. ${no.message}` });
    }
    this.setState({ isBusy: false });
  }

  render({ live }, { isOn, isImpossible, why, isBusy }) {
    const turn = () => this.become((isOn ? turnOff : turnOn)(live.me.token));
    return html`
      <section class="notify" aria-label="Notifications">
        <label>
          <input
            type="checkbox"
            role="switch"
            checked=${isOn}
            disabled=${isBusy || isImpossible}
            onChange=${turn}
          />
          Notify me on this device
        </label>
        <p class="small" role="status">${why}</p>
      </section>
    `;
  }
}
