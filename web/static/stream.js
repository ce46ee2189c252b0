// The event stream: opens it, says how it is, and opens it again.

import { byId, text } from "./dom.js";
import { store, takeRow, takeView } from "./store.js";

const KINDS = ["transition", "stop_moved", "command"];
const RETRY_MS = 2000;
let source = null;
let downSince = null;

function show(state) {
  const down = state !== "live";
  downSince = down ? (downSince ?? new Date()) : null;
  const since = downSince?.toLocaleTimeString([], { hour12: false });
  text(byId("stream"), down ? `down since ${since}` : "live");
  byId("stream").className = `value tone ${down ? "bad" : "good"}`;
  document.body.classList.toggle("down", down);
}

/** Follow the stream from the last known row; `onRow` sees each new row once, `onRun` each change of the run. */
export function follow({ onRow, onRun }) {
  source?.close();
  const stream = new EventSource(`/api/stream?kinds=${KINDS},view&after=${store.lastSeq}`);
  source = stream;
  stream.onopen = () => show("live");
  stream.onerror = () => {
    show("down");
    // The browser itself reconnects after a broken connection, but not after a refusal, such as a proxy's 502.
    if (stream.readyState === EventSource.CLOSED && stream === source) {
      setTimeout(() => stream === source && follow({ onRow, onRun }), RETRY_MS);
    }
  };
  for (const kind of KINDS) {
    stream.addEventListener(kind, (event) => {
      const row = JSON.parse(event.data);
      if (takeRow(row)) onRow(row);
    });
  }
  stream.addEventListener("view", (event) => {
    const view = JSON.parse(event.data);
    const known = store.view.run_id;
    takeView(view);
    if (known && view.run_id && view.run_id !== known) onRun();
  });
}
