// Numbers, times and states as people read them.

const MISSING = "–";
const isNumber = (value) => typeof value === "number" && Number.isFinite(value);

/** A figure with thousands separators and a fixed number of digits, so that columns stand still. */
export function figure(value, digits = 2) {
  if (!isNumber(value)) return MISSING;
  const shown = Number(value.toFixed(digits)) === 0 ? 0 : value;
  const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return shown.toLocaleString("en-US", options).replace("-", "−");
}

export const signed = (value, digits = 2) => (isNumber(value) && value > 0 ? "+" : "") + figure(value, digits);

/** A price: the larger, the fewer digits. */
export function price(value) {
  if (!isNumber(value)) return MISSING;
  const size = Math.abs(value);
  return figure(value, size >= 1000 ? 1 : size >= 10 ? 2 : size >= 0.1 ? 4 : 6);
}

/** Any measured value, in about four digits. */
export function brief(value) {
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (!isNumber(value)) return typeof value === "string" ? value : value === null ? MISSING : JSON.stringify(value);
  if (Number.isInteger(value)) return Math.abs(value) > 1e11 ? dateTime(value) : figure(value, 0);
  const size = Math.abs(value);
  return figure(value, size >= 1000 ? 1 : size >= 10 ? 2 : size >= 0.1 ? 3 : 5);
}

const iso = (ms) => new Date(ms).toISOString();
export const clock = (ms) => (isNumber(ms) ? iso(ms).slice(11, 19) : MISSING);
export const minute = (ms) => (isNumber(ms) ? iso(ms).slice(11, 16) : MISSING);
export const day = (ms) => (isNumber(ms) ? iso(ms).slice(0, 10) : MISSING);
export const dateTime = (ms) => (isNumber(ms) ? `${day(ms)} ${clock(ms)}` : MISSING);

/** A length of time in its two largest units. */
export function duration(ms) {
  if (!isNumber(ms)) return MISSING;
  const minutes = Math.max(0, Math.round(ms / 60_000));
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 2880) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return `${Math.floor(minutes / 1440)} d ${Math.floor((minutes % 1440) / 60)} h`;
}

/** A chart's state as it is called: RISK_ON stays as it is, pending_cancel loses its underscore. */
export const stateName = (id) => (typeof id === "string" ? (id === id.toUpperCase() ? id : id.replaceAll("_", " ")) : MISSING);

export const words = (code) => (typeof code === "string" ? code.replaceAll("_", " ").toLowerCase() : MISSING);

const TONES = {
  good: ["trading", "live", "fresh", "normal", "confirmed", "running"],
  warn: ["starting", "reconciling", "paused", "stopping", "stale", "connecting", "authenticating", "syncing", "backing_off",
    "disconnected", "reduced", "pending_cancel", "pending_replace", "RISK_OFF"],
  bad: ["safe_mode", "failed", "banned", "refused", "lost", "halted_for_day", "halted_for_week", "rejected", "unknown",
    "crashed"],
  quiet: ["undetermined", "stopped", "unprotected", "released"],
};

/** What a state means to a person at a glance: good, warn, bad, quiet, or plain. */
export const tone = (state) => Object.keys(TONES).find((name) => TONES[name].includes(state)) ?? "plain";

/** `BTCUSDT/position/17` -> its chart, its number and what sets it apart: a position its number, a feed its name. */
export function partsOf(instance) {
  const [owner, chart = "", number = ""] = String(instance ?? "").split("/");
  const name = ["feed", "connection"].includes(chart) ? words(owner) : ["position", "order"].includes(chart) ? number : "";
  return { owner, chart, number, name };
}
