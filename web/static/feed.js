// The feed: every transition in words, newest first, bounded, of all charts or of one.

import { attribute, byId, el } from "./dom.js";
import { brief, clock, day, partsOf, price, stateName, words } from "./format.js";
import { chartOf, leaves, meaningOf, store } from "./store.js";

const SHOWN_ROWS = 200;
const FACTS_SHOWN = 5;
let only = null;
let older = [];
let newestShown = -1;
const list = byId("feed");

export function startFeed() {
  const names = [null, ...store.charts.keys()];
  byId("filters").replaceChildren(...names.map((name) => {
    const button = el("button", { type: "button", "aria-pressed": name === only }, name ?? "all");
    button.addEventListener("click", () => choose(name));
    return button;
  }));
}

async function choose(name) {
  only = name;
  older = [];
  newestShown = -1;
  for (const button of byId("filters").children) attribute(button, "aria-pressed", button.textContent === (name ?? "all"));
  drawFeed();
  if (name === null) return;
  const answer = await fetch(`/api/transitions?newest=1&limit=${SHOWN_ROWS}&machine=${name}`);
  if (!answer.ok || only !== name) return;
  older = (await answer.json()).reverse();
  newestShown = -1;
  drawFeed();
}

function wanted() {
  if (only === null) return store.rows.slice(0, SHOWN_ROWS);
  const recent = store.rows.filter((row) => chartOf(row) === only);
  const known = new Set(recent.map((row) => row.seq));
  return [...recent, ...older.filter((row) => !known.has(row.seq))].sort((a, b) => b.seq - a.seq).slice(0, SHOWN_ROWS);
}

export function drawFeed() {
  const rows = wanted();
  const newest = rows[0]?.seq ?? 0;
  if (newest === newestShown) return;
  if (newestShown <= 0 || newest < newestShown) list.replaceChildren();
  const fresh = rows.filter((row) => row.seq > newestShown);
  const following = list.scrollTop === 0;
  for (const row of fresh.reverse()) show(row);
  while (list.children.length > SHOWN_ROWS) list.lastElementChild.remove();
  if (following) list.scrollTop = 0;
  newestShown = newest;
  list.querySelector(".empty")?.remove();
  if (!rows.length) list.append(el("li", { class: "empty" }, "Nothing has moved yet. Every transition of every chart appears here with its reason."));
}

/** Put a row on top; one that says just what the top one says is counted there. */
function show(row) {
  const top = list.firstElementChild;
  const same = JSON.stringify([row.instance, row.event, row.source, row.target, row.reasons]);
  const again = top?.dataset.same === same && row.kind === "transition";
  const item = entry(row, again ? Number(top.dataset.times) + 1 : 1);
  item.dataset.same = same;
  if (again) top.replaceWith(item);
  else list.prepend(item);
}

function entry(row, times) {
  const chart = chartOf(row);
  const { name } = partsOf(row.instance);
  const line = el("button", { type: "button", class: "line", "aria-expanded": "false" },
    el("time", { title: `${day(row.ts)} ${clock(row.ts)} UTC` }, el("span", {}, `${day(row.ts).slice(5)} `), clock(row.ts)),
    el("span", { class: "where" }, chart || row.kind, name ? el("span", { class: "dim" }, ` ${name}`) : null),
    move(row, chart, times),
    el("span", { class: "reason" }, row.reasons.map(meaningOf).join(" "), " ", row.reasons.map((code) => el("code", {}, code))),
    el("span", { class: "facts" }, facts(row.facts, FACTS_SHOWN)));
  const item = el("li", { "data-seq": row.seq, "data-times": times, class: row.kind }, line);
  line.addEventListener("click", () => unfold(item, line, row));
  return item;
}

/** What was left and what was entered. */
function move(row, chart, times) {
  const step = stepOf(row, chart);
  return el("span", { class: "move", title: `${words(row.event)} ${step}` }, el("span", { class: "dim" }, words(row.event)), ` ${step}`,
    times > 1 ? el("span", { class: "times" }, `×${times}`) : null);
}

function stepOf({ kind, source, target, facts: measured }, chart) {
  if (kind === "stop_moved") return `${price(measured.source)} → ${price(measured.target)}`;
  const left = source.filter((state) => !target.includes(state)).map(stateName).join("·");
  const entered = target.filter((state) => !source.includes(state)).map(stateName).join("·");
  if (kind === "transition" && source.length === 0) return `begins ${leaves(chart, target).map(stateName).join(" + ")}`;
  if (left || entered) return `${left} → ${entered}`;
  return kind === "transition" ? `stays ${leaves(chart, target).map(stateName).join(" + ")}` : "";
}

function facts(values, most) {
  return Object.entries(values ?? {}).slice(0, most).map(([name, value]) => `${words(name)} ${brief(value)}`).join(" · ");
}

function unfold(item, line, row) {
  const open = item.querySelector(".more");
  attribute(line, "aria-expanded", String(!open));
  if (open) { open.remove(); return; }
  const remedies = row.reasons.map((code) => store.reasons.get(code)?.remedy).filter(Boolean);
  const pairs = [
    ["record", `${row.seq}, from ${row.actor}${row.cause ? `, because of ${row.cause}` : ""}`], ["instance", row.instance],
    ["before", row.source.map(stateName).join(" › ")], ["after", row.target.map(stateName).join(" › ")], ["facts", facts(row.facts, Infinity)],
    ["what to do", remedies.join(" ")],
  ].filter(([, value]) => value);
  item.append(el("dl", { class: "more" }, pairs.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)])));
}

