// The statecharts: sketches on the page, the whole drawing when enlarged; active states lit, the last move flashed.

import { attribute, byId, el, text } from "./dom.js";
import { partsOf, stateName, tone } from "./format.js";
import { leaves, store } from "./store.js";

const FLASH_MS = 2400;
const EMPTY = {
  position: "none yet: it begins when every guard passes on a closed bar",
  order: "none yet: one begins with each entry and exit",
  feed: "none: start with --macro to measure the regime",
};
const figures = [...document.querySelectorAll("figure.chart")];
let enlarged = null;

export async function loadCharts() {
  await Promise.all(figures.map(async (figure) => {
    const name = figure.dataset.chart;
    const state = el("span", { class: "state" });
    const button = el("button", { type: "button", "aria-label": `Enlarge the ${name} chart` }, name);
    const picture = el("div", { class: "picture" });
    figure.replaceChildren(el("figcaption", {}, button, state), picture);
    figure.addEventListener("click", () => enlarge(name));
    picture.append(await drawing(name, "?labels=0"));
    crop(picture.firstElementChild, name);
  }));
}

/** A chart's SVG, without its own style: here the page's style holds. */
async function drawing(chart, query) {
  const answer = await fetch(`/api/machines/${chart}/diagram.svg${query}`);
  if (!answer.ok) throw new Error(`the ${chart} chart: ${answer.status}`);
  // Out before parsing: the content policy objects to a style even in a document that is never shown.
  const markup = (await answer.text()).replace(/<style>.*?<\/style>/s, "");
  const svg = new DOMParser().parseFromString(markup, "image/svg+xml").documentElement;
  for (const name of ["width", "height", "class"]) svg.removeAttribute(name);
  attribute(svg, "role", "img");
  attribute(svg, "aria-label", `${chart} chart`);
  return document.importNode(svg, true);
}

/** Leave out the frame around a parallel chart's regions: on the page the panel is the frame. */
function crop(svg, name) {
  const root = store.charts.get(name)?.states.find((state) => state.parent === "" && state.kind === "parallel");
  if (root) svg.querySelector(`[data-state="${root.id}"]`)?.remove();
  const { x, y, width, height } = svg.getBBox();
  if (width > 0) attribute(svg, "viewBox", [x - 3, y - 3, width + 6, height + 6].map((n) => n.toFixed(1)).join(" "));
}

export function drawCharts() {
  for (const figure of figures) {
    const name = figure.dataset.chart;
    light(figure.querySelector(".picture"), name);
    describe(figure.querySelector(".state"), name);
  }
  if (enlarged) {
    light(enlarged.querySelector(".picture"), enlarged.dataset.chart);
    describe(byId("enlarged-state"), enlarged.dataset.chart);
  }
}

const living = (name) => [...store.live].filter(([, { chart }]) => chart === name);

/** Light every state some instance is in; with none alive, dimly the last one's. */
function light(place, name) {
  const alive = living(name);
  const last = store.last.get(name);
  const active = new Set(alive.length ? alive.flatMap(([, { configuration }]) => configuration) : (last?.target ?? []));
  place.classList.toggle("ended", alive.length === 0);
  for (const group of place.querySelectorAll("[data-state]")) {
    const state = group.dataset.state;
    group.classList.toggle("active", active.has(state));
    attribute(group, "data-tone", active.has(state) ? tone(state) : null);
  }
}

function describe(place, name) {
  const alive = living(name);
  const last = store.last.get(name);
  const stands = (configuration) => leaves(name, configuration).map(stateName).join(" + ");
  const counts = new Map();
  for (const [, { configuration }] of alive) counts.set(stands(configuration), (counts.get(stands(configuration)) ?? 0) + 1);
  const shown = [...counts].map(([states, n]) => (alive.length > 1 ? `${n} ${states}` : states)).join(" · ");
  text(place, shown || (last ? `last: ${stands(last.target)}` : (EMPTY[name] ?? "–")));
  place.classList.toggle("dim", alive.length === 0);
  attribute(place, "title", alive.map(([instance, { configuration }]) =>
    `${partsOf(instance).name}: ${stands(configuration)}`).join("\n") || null);
}

/** Show the edge that a transition took. */
export function flash(row) {
  if (row.kind !== "transition") return;
  const places = figures.filter((figure) => figure.dataset.chart === row.machine);
  if (enlarged?.dataset.chart === row.machine) places.push(enlarged);
  for (const place of places) mark(place, row, "flash");
}

/** Show each chart's last edge, as after loading. */
export function markLast() {
  for (const figure of figures) {
    const row = store.last.get(figure.dataset.chart);
    if (row) mark(figure, row);
  }
}

function mark(place, row, ...flashing) {
  // What one event moved together, such as a close and the stop's release, stays marked together.
  const step = `${row.instance} ${row.ts}`;
  if (place.dataset.step !== step) for (const old of place.querySelectorAll(".taken")) old.classList.remove("taken", "flash");
  place.dataset.step = step;
  for (const edge of place.querySelectorAll(`[data-event~="${CSS.escape(row.event)}"]`)) {
    const [from, to] = edge.dataset.transition.split("->");
    if (!row.source.includes(from) || !row.target.includes(to)) continue;
    edge.classList.add("taken", ...flashing);
    setTimeout(() => edge.classList.remove("flash"), FLASH_MS);
  }
}

async function enlarge(name) {
  const dialog = byId("enlarged");
  dialog.dataset.chart = name;
  text(byId("enlarged-title"), name);
  text(byId("enlarged-summary"), store.charts.get(name)?.summary ?? "");
  const picture = dialog.querySelector(".picture");
  picture.replaceChildren();
  enlarged = dialog;
  dialog.showModal();
  picture.append(await drawing(name, ""));
  const last = store.last.get(name);
  delete dialog.dataset.step;
  if (last) mark(dialog, last);
  drawCharts();
}

byId("enlarged").addEventListener("close", () => { enlarged = null; });
byId("enlarged").addEventListener("click", (event) => { if (event.target === byId("enlarged")) event.target.close(); });
byId("enlarged-close").addEventListener("click", () => byId("enlarged").close());
