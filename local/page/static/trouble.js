// Trouble on purpose: the panel, and what is going wrong right now.

import { act } from "./api.js";
import { $, make, say, show } from "./dom.js";
import { documents, onChange } from "./feed.js";
import { ordered } from "./server.js";
import { CATEGORY, execution, guild } from "./view.js";

async function cause(action, body) {
  say($("trouble-hint"), "");
  try {
    await act(action, body);
  } catch (error) {
    say($("trouble-hint"), error.message);
  }
}

function options(select, pairs) {
  show(select, pairs, ([value]) => value, ([value, name]) => make("option", { value }, name), String);
}

function words(fault) {
  if (fault.seconds) return `${fault.status === 502 ? "Its edge" : "Discord"} fails for ${fault.seconds} s`;
  const what = fault.body_contains ?? `${fault.method ?? "every call"} ${fault.path ?? ""}`;
  return `Discord refuses ${what} with ${fault.status}`;
}

function draw() {
  const { faults = [], settings = {} } = documents.get("trouble") ?? {};
  const now = [
    ...faults.map(words),
    ...(settings.latency_ms ? [`Every call takes ${settings.latency_ms} ms`] : []),
    ...(documents.get("armed") ?? []).map((name) => `The next run of ${name} is killed`),
  ];
  say($("active"), now.length ? `(${now.length})` : "");
  show($("faults"), now, (_, i) => i, (one) => make("li", {}, one));
  const here = guild();
  if (here) {
    const channels = ordered(here.channels);
    options($("taken"), channels.map((one) => [one.id, one.name]));
    const categories = channels.filter((one) => one.type === CATEGORY);
    options($("target"), [["", "no category"], ...categories.map((one) => [one.id, one.name])]);
    options($("names"), [...new Set(channels.map((one) => one.name))].map((name) => [name, name]));
  }
  $("stop").hidden = execution()?.status !== "RUNNING";
}

for (const button of document.querySelectorAll("[data-do]")) {
  const { do: action, ...given } = button.dataset;
  button.onclick = () => cause(action, given);
}
$("refuse").onsubmit = (event) => {
  event.preventDefault();
  cause("refuse", { name: $("refused").value });
};
$("moderate").onsubmit = (event) => {
  event.preventDefault();
  const what = { guild_id: guild().id, channel_id: $("taken").value };
  if (event.submitter.name === "delete") cause("delete-channel", what);
  else cause("move-channel", { ...what, parent_id: $("target").value });
};
$("kill").onsubmit = (event) => {
  event.preventDefault();
  cause("kill", { function: $("function").value });
};
$("stop").onclick = () => cause("stop", { arn: execution().arn });

onChange(["trouble", "armed", "guild:", "execution:", "view"], draw);
onChange(["stack"], () => {
  const { functions } = documents.get("stack");
  options($("function"), functions.map((name) => [name, name]));
});
