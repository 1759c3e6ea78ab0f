// The chosen state's visits: input, output, error and log lines.

import { visits } from "./api.js";
import { $, duration, make, say, show } from "./dom.js";
import { onChange } from "./feed.js";
import { execution, looked } from "./view.js";

const MOST = 60;
let shown = "", place = "";

function json(title, value, open = false) {
  if (value === null || value === undefined) return "";
  const text = typeof value === "string" ? value : JSON.stringify(value, null, 2);
  return make("details", { open }, make("summary", {}, title), make("pre", { tabIndex: 0 }, text));
}

function took({ began, ended }) {
  return ended ? duration(ended - began) : "still running";
}

/** Return a function's name, or the resource that is none. */
function named(resource) {
  return resource.split(":").at(-1).replace(/^channelwright-/, "");
}

function attempt(one, number) {
  const lines = one.log.map((line) => (typeof line === "string" ? line : `${line.level ?? ""} ${line.message}`));
  return make(
    "li",
    { className: one.error ? "failed" : "" },
    make("strong", {}, `Attempt ${number + 1}`), ` of ${named(one.resource)}, ${took(one)}`,
    one.error ? make("p", { className: "problem" }, one.error) : "",
    lines.length ? make("pre", { className: "log", tabIndex: 0 }, lines.join("\n")) : "",
    json("Input", one.input),
    json("Output", one.output),
    json("Cause", one.cause),
    json("Log, with all fields", one.log.length ? one.log : null),
  );
}

function visit(one) {
  const item = one.item === null ? "" : `item ${one.item}, `;
  return make(
    "li",
    { className: one.failed ? "failed" : "" },
    make("p", {}, `${one.type}, ${item}${took(one)}${one.caught ? ", its failure was caught" : ""}`),
    one.error ? make("p", { className: "problem" }, one.error) : "",
    json("Input", one.input, !one.attempts.length),
    json("Output", one.output, !one.attempts.length),
    json("Cause", one.cause),
    make("ol", { className: "attempts" }, ...one.attempts.map(attempt)),
  );
}

async function draw() {
  const one = execution(), name = looked().state;
  const state = name && one?.states[name];
  const key = state ? JSON.stringify([one.arn, name, state]) : `${one?.arn} ${name}`;
  if (key === shown) return;
  shown = key;
  if (!state) place = "";
  if (!name) return $("state").replaceChildren();
  const title = make("h3", {}, name);
  if (!state) return $("state").replaceChildren(title, make("p", {}, "This execution has not visited it."));
  try {
    const found = await visits(one.arn, name);
    if (key === shown) list(title, `${one.arn} ${name}`, found);
  } catch (error) {
    if (key !== shown) return;
    shown = place = "";
    $("state").replaceChildren(title, make("p", { className: "problem" }, error.message));
  }
}

/** Show visits; those that are as before stay as they are, with what the reader has opened. */
function list(title, where, found) {
  if (where !== place) $("state").replaceChildren(title, make("ol"), make("p"));
  place = where;
  const [, parent, left] = $("state").children;
  const texts = found.toSorted((a, b) => b.failed - a.failed).slice(0, MOST).map((one) => JSON.stringify(one));
  const key = (text) => (({ began, item }) => `${began} ${item}`)(JSON.parse(text));
  show(parent, texts, key, (text) => visit(JSON.parse(text)));
  say(left, found.length > MOST ? `${found.length - MOST} more visits are not shown.` : "");
}

onChange(["execution:", "view"], draw);
