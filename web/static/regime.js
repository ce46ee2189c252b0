// The regime card: the four scores, what they are made of, and what would flip them.

import { byId, el, fill } from "./dom.js";
import { duration, figure, signed, stateName, tone, words } from "./format.js";
import { store } from "./store.js";

const ORDER = ["RISK_ON", "RISK_OFF", "DECOUPLED", "CHOP"];
const THRESHOLD = 0.6;

export function drawRegime() {
  const { regime, flow, feeds } = store.view;
  fill(byId("regime-card").lastElementChild, [regime, flow, feeds], () => (regime?.pinned ? [
    el("p", {}, `${stateName(regime.pinned)}, whatever the inputs say: the settings pin it (regime.pinned).`),
    permissions(regime, flow),
  ] : regime?.scores ? [
    permissions(regime, flow),
    scores(regime),
    el("p", { class: "next" }, outlook(regime)),
    contributions(regime.contributions ?? [], feeds ?? {}),
    reading(regime.contributions ?? []),
    byHand(regime.manual ?? []),
    flips(regime.flips ?? []),
  ].filter(Boolean) : el("p", { class: "empty" }, "No regime yet. It is measured from the dollar index, bitcoin's dominance and "
    + "news: start with --macro, or pin it with a profile.")));
}

function permissions({ modes, size_multiplier: size }, flow) {
  const allowed = (modes ?? []).map(words).join(", ") || "no entries";
  const bias = flow?.bias ? ` · flow ${words(flow.bias)}${flow.direction ? ` (${words(flow.direction)})` : ""}` : "";
  return el("p", { class: "dim" }, `allows ${allowed}${Number.isFinite(size) ? ` at size × ${figure(size)}` : ""}${bias}`);
}

function scores({ scores: values, state, candidate, threshold = THRESHOLD }) {
  return el("table", { class: "scores" }, el("tbody", {}, ORDER.filter((name) => name in values).map((name) => {
    const bar = el("i");
    bar.style.width = `${100 * Math.min(1, Math.max(0, values[name] ?? 0))}%`;
    const limit = el("s", { title: `a candidate needs ${figure(threshold)}` });
    limit.style.left = `${100 * threshold}%`;
    const mark = name === state ? "now" : name === candidate ? "candidate" : "";
    return el("tr", { class: mark }, el("th", { scope: "row" }, stateName(name)), el("td", { class: "bar" }, bar, limit),
      el("td", { class: "figure" }, figure(values[name])), el("td", { class: "mark" }, mark));
  })));
}

function outlook({ state, candidate, score, dwell_left_ms: dwell, threshold = THRESHOLD }) {
  if (!candidate || candidate === state) return `${stateName(state)} leads: it stays.`;
  const weak = score < threshold ? ` needs ${figure(threshold)}, has ${figure(score)}` : "";
  const wait = dwell > 0 ? ` must wait ${duration(dwell)} more` : "";
  return `${stateName(candidate)} leads${weak || wait ? " but" : " and takes over at the next assessment"}${[weak, wait].filter(Boolean).join(" and")}.`;
}

function contributions(inputs, feeds) {
  if (!inputs.length) return null;
  return el("table", { class: "contributions" },
    el("thead", {}, el("tr", {}, ["input", "value", "trend", "weight", "adds"].map((name) => el("th", { scope: "col" }, name)))),
    el("tbody", {}, inputs.map(({ input, trend, weight, contribution, change_pct: change, hours }) => {
      const feed = feeds[input] ?? {};
      const value = hours ? `${signed(change, 1)} % in ${hours} h` : figure(feed.value);
      return el("tr", feed.source ? { title: `from ${feed.source}` } : {}, el("th", { scope: "row" }, words(input), " ", feed.state && tone(feed.state) !== "good"
        ? el("span", { class: `tone ${tone(feed.state)}` }, words(feed.state)) : null),
      el("td", { class: "figure" }, value), el("td", { class: "figure" }, signed(trend)),
      el("td", { class: "figure" }, figure(weight)), el("td", {}, lean(contribution)));
    })));
}

/** How dominance is read, where price has a say in it. */
function reading(inputs) {
  const dominance = inputs.find(({ input }) => input === "btc_dominance");
  const price = inputs.find(({ input }) => input === "price");
  if (!dominance || !price?.trend) return null;
  const way = price.change_pct < 0 ? "fell" : "rose";
  return el("p", { class: "dim" }, `dominance ${signed(dominance.trend)}, read as ${signed(dominance.read_as)}: price ${way} `
    + `${figure(Math.abs(price.change_pct), 1)} % in ${price.hours} h`);
}

/** What an operator set, in place of what was measured. */
function byHand(list) {
  if (!list.length) return null;
  return el("p", { class: "dim" }, list.map(({ input, value, author, left_ms: left }) => (
    `${words(input)} set by hand to ${signed(value)} by ${author}, ${duration(left)} left`)).join("; "));
}

/** A bar to the right of the middle for risk on, to the left for risk off. */
function lean(contribution) {
  const bar = el("i", { class: contribution < 0 ? "minus" : "plus" });
  bar.style.width = `${50 * Math.min(1, Math.abs(contribution ?? 0) / 0.4)}%`;
  return el("span", { class: "lean", title: signed(contribution) }, bar, el("span", { class: "figure" }, signed(contribution)));
}

function flips(list) {
  const lines = list.filter((flip) => flip?.to).map(({ input, value, to }) => `${words(input)} trend at ${signed(value)}: ${stateName(to)}`);
  const shown = lines.length ? lines : ["No single input can change the regime."];
  return el("div", { class: "flips" }, el("h3", {}, "What would flip it"), el("ul", {}, shown.map((line) => el("li", {}, line))));
}
