// Starts the page: what does not change is fetched once, then the event stream moves everything.

import { drawCharts, flash, loadCharts, markLast } from "./charts.js";
import { drawAccount } from "./account.js";
import { drawBook } from "./book.js";
import { drawFeed, startFeed } from "./feed.js";
import { drawPosition } from "./position.js";
import { drawRegime } from "./regime.js";
import { changed, forget, onChange, store, takeRow, takeView } from "./store.js";
import { follow } from "./stream.js";
import { drawStrip } from "./strip.js";
import { drawWhy } from "./why.js";

const RETRY_MS = 2000;

async function fetched(path) {
  const answer = await fetch(path);
  if (!answer.ok && answer.status !== 503) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}

async function loadHistory() {
  forget();
  for (const row of await fetched("/api/transitions?newest=1&limit=200")) takeRow(row);
  takeView(await fetched("/api/status"));
  markLast();
}

async function start() {
  const [reasons, charts] = await Promise.all([fetched("/api/reasons"), fetched("/api/machines")]);
  store.reasons = new Map(reasons.map((reason) => [reason.code, reason]));
  store.charts = new Map(charts.map((chart) => [chart.name, chart]));
  await loadCharts();
  await loadHistory();
  for (const draw of [drawStrip, drawCharts, drawPosition, drawWhy, drawRegime, drawBook, drawAccount, drawFeed]) onChange(draw);
  startFeed();
  changed();
  follow({ onRow: flash, onRun: () => again(async () => { await loadHistory(); changed(); }) });
}

/** Do it, and do it again until it works: the daemon may just be starting. */
async function again(work) {
  try {
    await work();
  } catch (error) {
    console.warn("not yet:", error.message);
    setTimeout(() => again(work), RETRY_MS);
  }
}

// The token did its work when the page was loaded: a cookie stands for it now.
if (location.search.includes("token=")) history.replaceState(null, "", location.pathname);
again(start);
