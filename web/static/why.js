// The last closed bar: every guard's verdict, and the first no in words.

import { byId, el, fill } from "./dom.js";
import { brief, figure, minute, words } from "./format.js";
import { meaningOf, store } from "./store.js";

const MOST_BLOCKED = 5;
let looked = null;

export function drawWhy() {
  const { evaluation, counts } = store.view;
  const place = byId("why-card").lastElementChild;
  fill(place, [evaluation, counts?.blocked], () => (evaluation?.guards?.length
    ? [headline(evaluation), cells(evaluation.guards), el("div", { class: "verdict", "aria-live": "off" }), blocked(counts?.blocked)]
    : el("p", { class: "empty" }, "No bar has been evaluated yet. Each closed bar is asked for an entry; every guard's answer is "
        + "shown here, the first no in words.")));
  if (evaluation?.guards?.length) explain(evaluation);
}

function headline({ bar_open_ms: at, decision, side, mode }) {
  const wanted = mode && mode !== "NONE" ? `${words(mode)} ${side > 0 ? "long" : side < 0 ? "short" : ""}` : "";
  return el("p", { class: "headline" }, el("b", { class: `decision ${decision}` }, words(decision)),
    el("span", { class: "dim" }, [`bar ${minute(at)}`, wanted].filter(Boolean).join(" · ")));
}

const verdictOf = ({ passed }) => (passed === true ? "passed" : passed === false ? "failed" : "unmeasured");

function cells(guards) {
  return el("ol", { class: "guards", "aria-label": "Guards in order" }, guards.map((guard, place) => {
    const cell = el("li", { class: verdictOf(guard), tabindex: 0, "aria-label": `${words(guard.code)}: ${verdictOf(guard)}` });
    for (const begin of ["mouseenter", "focus"]) cell.addEventListener(begin, () => look(place));
    for (const end of ["mouseleave", "blur"]) cell.addEventListener(end, () => look(null));
    return cell;
  }));
}

function look(place) {
  looked = place;
  explain(store.view.evaluation);
}

/** The guard under the pointer, else the first that said no. */
function explain({ guards, first, decision }) {
  const place = byId("why-card").querySelector(".verdict");
  const guard = guards[looked] ?? guards.find(({ passed, code }) => passed === false && (!first || code === first))
    ?? guards.find(({ passed }) => passed === false);
  fill(place, [guard, decision], () => (guard ? sentence(guard) : el("p", {}, decision === "in_position"
    ? "A position is open, so no entry is looked for." : "Every guard passed.")));
}

function sentence(guard) {
  const { code, value, threshold, passed, label } = guard;
  const isLimited = threshold !== null && threshold !== undefined;
  const isMeasured = value !== null && value !== undefined;
  const measured = isMeasured ? [brief(value), label].filter(Boolean).join(" ") : passed && isLimited ? "never" : "";
  const limit = isLimited ? `against ${brief(threshold)}` : "";
  const verdict = { passed: "Passed", failed: "No", unmeasured: "Not measured" }[verdictOf(guard)];
  const said = passed === true ? `would say no if: ${lower(meaningOf(code))}` : meaningOf(code);
  const remedy = store.reasons.get(code)?.remedy;
  return [
    el("p", {}, el("b", { class: verdictOf(guard) }, `${verdict} `), el("span", { class: "figure" }, [measured, limit].filter(Boolean).join(" ")),
      el("code", {}, code)),
    el("p", {}, said),
    passed === false && remedy ? el("p", { class: "dim" }, remedy) : null,
  ].filter(Boolean);
}

const lower = (sentenceText) => sentenceText.charAt(0).toLowerCase() + sentenceText.slice(1);

function blocked(counts) {
  const most = Object.entries(counts ?? {}).sort(([, a], [, b]) => b - a).slice(0, MOST_BLOCKED);
  if (!most.length) return null;
  const top = most[0][1] || 1;
  return el("table", { class: "tally" }, el("caption", {}, "First no, this run"), el("tbody", {}, most.map(([code, n]) => {
    const bar = el("i");
    bar.style.width = `${(100 * n) / top}%`;
    return el("tr", { title: meaningOf(code) }, el("th", { scope: "row" }, words(code)),
      el("td", { class: "figure" }, figure(n, 0)), el("td", { class: "bar" }, bar));
  })));
}
