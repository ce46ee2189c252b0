// The account card: limits used, and what trading has earned and cost.

import { byId, el, fill } from "./dom.js";
import { figure, signed, tone, words } from "./format.js";
import { store } from "./store.js";
import { gauge } from "./strip.js";

export function drawAccount() {
  const { account, risk, counts, actors } = store.view;
  fill(byId("account-card").lastElementChild, [account, risk, counts, actors], () => (account
    ? [limits(risk ?? {}), figures(account, counts ?? {}), people(actors ?? [])]
    : el("p", { class: "empty" }, "No account yet: it is here once the venue has been reconciled.")));
}

function limits({ state, day_loss_pct: day, week_loss_pct: week, daily_limit_pct: dayLimit, weekly_limit_pct: weekLimit,
  open_positions: open, max_positions: most }) {
  const rows = [["day loss", day, dayLimit, "%"], ["week loss", week, weekLimit, "%"], ["positions", open, most, ""]];
  return el("table", { class: "limits" }, el("tbody", {},
    el("tr", {}, el("th", { scope: "row" }, "risk"), el("td", { class: `tone ${tone(state)}`, colspan: 2 }, words(state))),
    rows.map(([name, used, limit, unit]) => {
      const bar = el("i");
      gauge(bar, used / limit);
      const digits = unit ? 2 : 0;
      return el("tr", {}, el("th", { scope: "row" }, name),
        el("td", { class: "figure" }, `${figure(Math.max(0, used ?? NaN), digits)} of ${figure(limit, unit ? 1 : 0)} ${unit}`),
        el("td", {}, el("span", { class: "gauge" }, bar)));
    })));
}

function figures(account, counts) {
  const { trades, wins } = account;
  const pairs = [
    ["trades", figure(trades, 0)], ["won", trades ? `${figure((100 * wins) / trades, 0)} %` : "–"],
    ["drawdown", `${figure(account.drawdown_pct)} %`], ["fees", figure(account.fees)],
    ["funding", signed(account.funding)], ["bars", figure(counts.bars, 0)],
  ];
  return el("dl", { class: "figures" }, pairs.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", { class: "figure" }, value))));
}

/** Actors only where something is wrong with them. */
function people(actors) {
  const ill = actors.filter(({ state, restarts }) => restarts > 0 || !["running", "stopped", undefined].includes(state));
  return ill.length ? el("p", { class: "tone warn" }, ill.map(({ name, state, restarts }) => `${name}: ${words(state)}, ${restarts} restarts`).join("; ")) : null;
}
