// The top strip: the whole system in one line.

import { attribute, byId, el, fill, text } from "./dom.js";
import { dateTime, figure, price, signed, stateName, tone, words } from "./format.js";
import { store } from "./store.js";

export function drawStrip() {
  const { view } = store;
  const { account = {}, risk = {}, market = {} } = clean(view);
  text(byId("mode"), view.mode ?? "–");
  byId("mode").className = `badge ${view.mode === "live" ? "live" : ""}`;
  text(byId("symbol"), [view.symbol, view.timeframe, view.venue].filter(Boolean).join(" · ") || "market");
  text(byId("last"), price(market.last));
  drawSpark(market.closes ?? []);
  pill(byId("session"), view.session?.state, view.why);
  pill(byId("regime"), view.regime?.state);
  text(byId("equity"), figure(account.equity));
  const change = account.start_equity ? (100 * (account.equity - account.start_equity)) / account.start_equity : null;
  text(byId("change"), change === null ? "" : `${signed(change)} %`);
  byId("change").className = `delta ${change > 0.005 ? "gain" : change < -0.005 ? "loss" : "dim"}`;
  const lost = risk.day_loss_pct;
  text(byId("dayloss"), typeof lost === "number" ? `${figure(Math.max(0, lost))} %` : "–");
  text(byId("daylimit"), risk.daily_limit_pct ? `of ${figure(risk.daily_limit_pct, 1)}` : "");
  gauge(byId("daygauge"), lost / risk.daily_limit_pct);
  text(byId("clock"), dateTime(view.time));
  drawLamps({ ...view.connections, ...view.feeds });
  document.title = [view.symbol, price(market.last), words(view.session?.state)].filter(Boolean).join(" · ");
}

const clean = (view) => Object.fromEntries(Object.entries(view).filter(([, value]) => value !== null));

function pill(node, state, why) {
  text(node, stateName(state));
  node.className = `value tone ${tone(state)}`;
  attribute(node, "title", why);
}

/** Fill a gauge to a share of its limit: amber from half, red at the limit. */
export function gauge(bar, share) {
  const used = Number.isFinite(share) ? Math.min(1, Math.max(0, share)) : 0;
  bar.style.width = `${(100 * used).toFixed(1)}%`;
  bar.className = used >= 1 ? "bad" : used >= 0.5 ? "warn" : "";
}

function drawSpark(closes) {
  const line = byId("spark").firstElementChild;
  const low = Math.min(...closes);
  const span = Math.max(...closes) - low || 1;
  const step = 120 / Math.max(1, closes.length - 1);
  const points = closes.map((close, place) => `${(place * step).toFixed(1)},${(24 - (22 * (close - low)) / span).toFixed(1)}`);
  attribute(line, "points", points.join(" "));
}

function drawLamps(sources) {
  const lamps = Object.entries(sources).map(([name, source]) => [name, source?.state ?? "–", source?.source]);
  fill(byId("lamps"), lamps, () =>
    lamps.map(([name, state, server]) =>
      el("li", { class: `lamp ${tone(state)}`, title: `${words(name)}: ${words(state)}${server ? `, from ${server}` : ""}` }, SHORT[name] ?? words(name),
        el("span", { class: "unseen" }, ` ${words(state)}`))));
}

const SHORT = { btc_dominance: "btc.d" };
