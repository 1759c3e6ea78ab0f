// The documents that the server shows, and whoever draws them.

export const documents = new Map();
const drawers = [];
let due = new Set();

/** Call `draw` in the next frame after a document changed whose name begins with a prefix. */
export function onChange(prefixes, draw) {
  drawers.push({ prefixes, draw });
}

/** Draw everything of a prefix in the next frame. */
export function changed(...names) {
  if (!due.size) requestAnimationFrame(drawAll);
  for (const one of drawers) {
    if (one.prefixes.some((prefix) => names.some((name) => name.startsWith(prefix)))) due.add(one);
  }
  if (!due.size) due.add({ draw() {} });
}

function drawAll() {
  const now = due;
  due = new Set();
  for (const one of drawers) if (now.has(one)) one.draw();
}

/** Return all documents of a kind, such as "guild". */
export function all(kind) {
  return [...documents].filter(([name]) => name.startsWith(`${kind}:`)).map(([, one]) => one);
}

function receive({ connection, changes = [] }) {
  if (connection) documents.set("connection", connection);
  for (const [name, document] of changes) {
    if (document === null) documents.delete(name);
    else documents.set(name, document);
  }
  changed(...(connection ? ["connection"] : []), ...changes.map(([name]) => name));
}

/** Receive changes, through a worker that all tabs share if the browser has such workers. */
export function connect() {
  if (!globalThis.SharedWorker) {
    const source = new EventSource("changes");
    source.onopen = () => receive({ connection: "connected" });
    source.onerror = () => receive({ connection: source.readyState === 2 ? "gone" : "connecting" });
    source.onmessage = (event) => receive({ changes: JSON.parse(event.data) });
    return;
  }
  const worker = new SharedWorker("stream.js");
  worker.port.onmessage = (event) => receive(event.data);
  addEventListener("pagehide", () => worker.port.postMessage("closed"));
  addEventListener("pageshow", (event) => event.persisted && location.reload());
}
