// The position card: what is held, at what risk, and where the price stands between stop and target.

import { byId, el, fill } from "./dom.js";
import { duration, partsOf, price, figure, signed, tone, words } from "./format.js";
import { store } from "./store.js";

export function drawPosition() {
  const { view } = store;
  const held = (view.positions ?? []).map((position) => ({ ...position, last: view.market?.last, now: view.time }));
  fill(byId("position-card").lastElementChild, held, () => (held.length ? held.map(card) : empty()));
}

function empty() {
  return el("p", { class: "empty" }, "Flat. A position begins when every guard below passes on a closed bar; then its entry, "
    + "stop, target and profit are here.");
}

const isLong = (side) => side === 1 || /^(long|buy)$/i.test(side);

function card(position) {
  const { unrealized_pnl: pnl, unrealized_r: r } = position;
  const gain = pnl > 0 ? "gain" : pnl < 0 ? "loss" : "";
  return el("article", { class: "position" },
    el("p", { class: "headline" },
      el("b", {}, `${isLong(position.side) ? "Long" : "Short"} ${figure(Number(position.quantity), 3)}`),
      el("span", { class: `figure ${gain}` }, `${signed(r)} R`),
      el("span", { class: `figure ${gain}` }, signed(pnl))),
    el("p", { class: "dim" }, [words(position.mode), `#${partsOf(position.instance).number}`, words(position.state),
      position.opened_at ? `held ${duration(position.now - position.opened_at)}` : "not filled yet"].join(" · "), " · stop ",
      el("span", { class: `tone ${tone(position.protection)}` }, words(position.protection))),
    ladder(position));
}

/** A bar from stop to target with the entry and the last price on it. */
function ladder({ stop, entry_price: entry, target, last, best_close: best }) {
  const marks = Object.entries({ stop, entry, target, last }).filter(([, at]) => Number.isFinite(at));
  const all = [...marks.map(([, at]) => at), best].filter(Number.isFinite);
  if (all.length < 2) return null;
  const low = Math.min(...all);
  const span = Math.max(...all) - low || 1;
  const place = (at) => (100 * (at - low)) / span;
  const band = (from, to, kind) => {
    if (!Number.isFinite(from) || !Number.isFinite(to)) return null;
    const node = el("i", { class: `band ${kind}` });
    node.style.left = `${Math.min(place(from), place(to))}%`;
    node.style.width = `${Math.abs(place(to) - place(from))}%`;
    return node;
  };
  const rail = el("div", { class: "rail" }, band(stop, entry, "risk"), band(entry, target, "reward"));
  for (const [name, at] of marks) {
    const tick = el("i", { class: `tick ${name}`, title: `${name} ${price(at)}` });
    tick.style.left = `${place(at)}%`;
    rail.append(tick);
  }
  const legend = el("dl", { class: "legend" },
    marks.map(([name, at]) => el("div", {}, el("dt", { class: name }, name), el("dd", {}, price(at)))));
  return el("div", { class: "ladder", role: "img", "aria-label": marks.map(([name, at]) => `${name} ${price(at)}`).join(", ") },
    rail, legend);
}
