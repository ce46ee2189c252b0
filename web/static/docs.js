// Tries an endpoint and shows its answer beneath it.

const MOST_CHARACTERS = 20_000;
const STREAM_MS = 2_000;

/** What comes until the answer ends, is long enough, or (of a stream) some seconds have passed. */
async function read(answer, stop) {
  const reader = answer.body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  const timer = setTimeout(() => reader.cancel(), STREAM_MS);
  while (text.length < MOST_CHARACTERS) {
    const { done, value } = await reader.read();
    if (done) break;
    text += decoder.decode(value, { stream: true });
  }
  clearTimeout(timer);
  stop.abort();
  return text;
}

function spread(text, type) {
  if (!type.startsWith("application/json")) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text; // cut off
  }
}

function show(output, ok, line, body) {
  const head = document.createElement("span");
  head.className = ok ? "good" : "bad";
  head.textContent = `${line}\n\n`;
  const cut = body.length > MOST_CHARACTERS;
  output.replaceChildren(head, cut ? `${body.slice(0, MOST_CHARACTERS)}\n…` : body);
  output.hidden = false;
}

async function attempt(section) {
  const output = section.querySelector("pre");
  const asked = new URL(section.querySelector("input").value, location.origin);
  if (asked.origin !== location.origin) return show(output, false, "only this daemon is asked", "");
  const stop = new AbortController();
  try {
    const answer = await fetch(asked, { signal: stop.signal });
    const type = answer.headers.get("content-type") ?? "";
    const text = await read(answer, stop);
    show(output, answer.ok, `${answer.status} ${answer.statusText} · ${type}`, spread(text, type));
  } catch (error) {
    show(output, false, `no answer: ${error.message}`, "");
  }
}

for (const section of document.querySelectorAll("section:has(.try)")) {
  const [input, link] = [section.querySelector("input"), section.querySelector(".try a")];
  section.querySelector("button").addEventListener("click", () => attempt(section));
  input.addEventListener("keydown", (event) => event.key === "Enter" && attempt(section));
  input.addEventListener("input", () => { if (input.value.startsWith("/") && !input.value.startsWith("//")) link.href = input.value; });
}
