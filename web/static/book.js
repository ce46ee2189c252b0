// The order book's card: shown where the market has one; spread, imbalance, nearest zones and the takers' flow.

import { byId, el, fill } from "./dom.js";
import { duration, figure, price, signed } from "./format.js";
import { meaningOf, store } from "./store.js";

export function drawBook() {
  const book = store.view.market?.book;
  const card = byId("book-card");
  card.hidden = !book;
  if (book) fill(card.lastElementChild, book, () => [book.book ? el("p", {}, meaningOf(book.book)) : null, table(book)]);
}

function table(book) {
  const rows = [
    ["spread", `${figure(book.spread_bps)} bps`],
    ["imbalance", signed(book.imbalance)],
    ["zone above", zone(book, "above")],
    ["zone below", zone(book, "below")],
    ["taker flow", `${signed(book.flow_delta, 3)} of ${figure(book.trades, 0)} trades`],
  ];
  return el("table", {}, el("tbody", {}, rows.map(([name, value]) =>
    el("tr", {}, el("th", { scope: "row" }, name), el("td", { class: "figure" }, value)))));
}

function zone(book, side) {
  const near = book[`zone_${side}`];
  if (near === null || near === undefined) return "–";
  return `${price(near)} · ${figure(100 * book[`zone_${side}_strength`], 0)} % · ${duration(book[`zone_${side}_age_ms`])}`;
}
