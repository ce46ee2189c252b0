// What the page knows: the last view, where every chart instance stands, the recent transitions.

import { partsOf } from "./format.js";

const KEPT_ROWS = 400;
const drawings = new Set();
let asked = false;

export const store = {
  view: {},
  /** code -> {meaning, remedy} */
  reasons: new Map(),
  /** chart -> {states, events, …} */
  charts: new Map(),
  /** instance -> {chart, configuration}; those alive */
  live: new Map(),
  /** chart -> the last row of any of its instances */
  last: new Map(),
  /** newest first */
  rows: [],
  lastSeq: 0,
};

/** Draw again whenever something changed, at most once a frame. */
export function onChange(draw) {
  drawings.add(draw);
}

export function changed() {
  if (asked) return;
  asked = true;
  requestAnimationFrame(() => {
    asked = false;
    for (const draw of drawings) draw();
  });
}

export const chartOf = (row) => row.machine || partsOf(row.instance).chart;

/** Take in one journal row; rows that are known already are passed over. */
export function takeRow(row) {
  if (row.seq <= store.lastSeq) return false;
  store.lastSeq = row.seq;
  store.rows.unshift(row);
  if (store.rows.length > KEPT_ROWS) store.rows.length = KEPT_ROWS;
  if (row.kind === "transition") {
    store.live.set(row.instance, { chart: row.machine, configuration: row.target });
    store.last.set(row.machine, row);
  }
  changed();
  return true;
}

/** Take in the published view; its list of instances is whole, unless rows have overtaken it. */
export function takeView(view) {
  store.view = view;
  if (Array.isArray(view.machines) && (view.durable_seq ?? Infinity) >= store.lastSeq) {
    store.live = new Map(view.machines.map(({ instance, chart, configuration }) => [instance, { chart, configuration }]));
  }
  changed();
}

/** Forget a journal, because another run began. */
export function forget() {
  store.live.clear();
  store.last.clear();
  store.rows = [];
  store.lastSeq = 0;
}

export function meaningOf(code) {
  return store.reasons.get(code)?.meaning ?? code;
}

/** The atomic states of a configuration: where a chart really is. */
export function leaves(chart, configuration) {
  const states = store.charts.get(chart)?.states;
  if (!states) return configuration ?? [];
  const atomic = new Set(states.filter((state) => state.kind === "atomic").map((state) => state.id));
  return (configuration ?? []).filter((id) => atomic.has(id));
}
