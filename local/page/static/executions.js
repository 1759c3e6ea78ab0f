// The list of all machines' executions, and the chosen one.

import { $, duration, make, say, show } from "./dom.js";
import { onChange } from "./feed.js";
import { execution, executions, look, looked } from "./view.js";

export const WORDS = {
  RUNNING: "running", SUCCEEDED: "succeeded", FAILED: "failed", ABORTED: "stopped", TIMED_OUT: "timed out",
};
const PREFIX = /^channelwright-/;

/** Return a machine's name without the stack's. */
export const short = (machine) => machine.replace(PREFIX, "");

function entry(one) {
  const isHere = execution()?.arn === one.arn;
  const button = make(
    "button",
    { type: "button", "data-focus": one.arn, onclick: () => choose(one.arn) },
    make("span", { className: `dot ${one.status.toLowerCase()}`, "aria-hidden": "true" }),
    make("strong", {}, short(one.machine)),
    ` ${WORDS[one.status]} `,
    make("small", {}, one.name),
    one.ended ? make("small", { className: "took" }, duration(one.ended - one.began)) : "",
  );
  if (isHere) button.setAttribute("aria-current", "true");
  return make("li", {}, button);
}

function choose(arn) {
  $("follow").checked = false;
  look({ execution: arn, state: null, follow: false });
}

const ids = (one) => one.name.split("-").filter((part) => /^\d+$/.test(part));

/** Return the executions about the same interaction: their names share its id. */
function relatives(one) {
  const mine = ids(one);
  return executions().filter((other) => other !== one && ids(other).some((id) => mine.includes(id)));
}

function link(one) {
  const label = `${short(one.machine)}: ${WORDS[one.status]}`;
  return make("button", { type: "button", className: "jump", onclick: () => choose(one.arn) }, label);
}

function draw() {
  const chosen = execution();
  show($("list"), executions().slice(0, 50), (one) => one.arn, entry, () => chosen?.arn);
  if (!chosen) return;
  const error = chosen.error ? `, ${chosen.error}` : "";
  say($("chosen"), `${short(chosen.machine)} ${WORDS[chosen.status]}${error}`);
  $("chosen").dataset.status = chosen.status;
  show($("related"), relatives(chosen), (one) => one.arn, link);
}

$("follow").checked = looked().follow;
$("follow").onchange = (event) => look({ follow: event.target.checked, execution: execution()?.arn });
onChange(["execution:", "view"], draw);
