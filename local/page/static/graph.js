// The picture of the chosen execution's machine; its states are lit as they run.

import { picture } from "./api.js";
import { $, duration } from "./dom.js";
import { onChange } from "./feed.js";
import { execution, look, looked } from "./view.js";

const SIGNS = { running: "▶", retrying: "↻", waiting: "⏳", failed: "✗", stopped: "■", done: "✓" };
const AT_WORK = ["running", "retrying", "waiting"];
const TICK_MS = 250;
const drawn = new Map(); // the pictures, by machine
let boxes = [], shown = null, followed = null;

/** Return a machine's picture, without its own style: the page has one for light and for dark. */
async function load(machine) {
  if (!drawn.has(machine)) {
    const text = (await picture(machine)).replace(/<style>.*?<\/style>/s, "");
    const svg = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
    svg.setAttribute("role", "group");
    drawn.set(machine, document.importNode(svg, true));
  }
  return drawn.get(machine);
}

/** Return the boxes of a picture, each a button that chooses its state. */
function found(svg) {
  return [...svg.querySelectorAll("g:has(> .title)")].map((group) => {
    const kind = group.querySelector(".type");
    const name = group.querySelector(".title").firstChild.data;
    kind.dataset.text ??= kind.textContent;
    Object.assign(group, { onclick: () => choose(name), onkeydown: (event) => press(event, name) });
    group.setAttribute("role", "button");
    group.setAttribute("tabindex", "0");
    return { group, kind, name };
  });
}

function choose(name) {
  $("follow").checked = false;
  look({ execution: execution().arn, state: name, follow: false });
}

function press(event, name) {
  if (event.key !== "Enter" && event.key !== " ") return;
  event.preventDefault();
  choose(name);
}

/** Say why there is no picture; the next change tries again. */
function missing(machine, error) {
  if (shown !== machine) return;
  shown = null;
  boxes = [];
  $("graph").replaceChildren(error.message);
}

async function draw() {
  const machine = execution()?.machine;
  if (machine && shown !== machine) {
    shown = machine;
    const svg = await load(machine).catch((error) => missing(machine, error));
    if (!svg || shown !== machine) return;
    $("graph").replaceChildren(svg);
    boxes = found(svg);
  }
  light();
}

/** Show each state's status and time. */
function light() {
  const one = execution();
  if (!one || shown !== one.machine) return;
  for (const box of boxes) lightOne(box, one.states[box.name]);
  if (looked().follow) follow(boxes.findLast(({ name }) => AT_WORK.includes(one.states[name]?.status)));
}

function lightOne({ group, kind, name }, state) {
  const text = state ? `${SIGNS[state.status]} ${said(state)}` : kind.dataset.text;
  if (kind.textContent !== text) kind.textContent = text;
  const status = state ? `${state.status}, ${said(state)}` : "not visited";
  set(group, "aria-label", `${name}, ${kind.dataset.text}: ${status}`);
  set(group, "data-status", state?.status);
  set(group, "data-chosen", looked().state === name ? "" : undefined);
}

function set(group, name, value) {
  if (value === undefined) group.removeAttribute(name);
  else if (group.getAttribute(name) !== value) group.setAttribute(name, value);
}

/** Scroll the picture, but not the page, to the box that works. */
function follow(box) {
  if (!box || box.name === followed) return;
  followed = box.name;
  const view = $("graph").getBoundingClientRect(), place = box.group.getBoundingClientRect();
  if (place.top < view.top || place.bottom > view.bottom) {
    $("graph").scrollTop += place.top - view.top - view.height / 3;
  }
  if (place.left < view.left || place.right > view.right) {
    $("graph").scrollLeft += place.left - view.left - view.width / 3;
  }
}

function said(state) {
  const end = state.ended ?? (state.status === "stopped" ? state.began : Date.now() / 1000);
  const count = state.visits > 1 ? ` ×${state.visits}` : "";
  const retried = state.retried ? ` ↻${state.retried}` : "";
  const failed = state.failed && state.visits > 1 ? ` ✗${state.failed}` : "";
  return `${duration(end - state.began)}${count}${retried}${failed}`;
}

$("large").onchange = (event) => {
  $("graph").classList.toggle("large", event.target.checked);
  // Begin where the machine begins, in the middle.
  $("graph").scrollLeft = ($("graph").scrollWidth - $("graph").clientWidth) / 2;
  followed = null;
};
setInterval(() => execution()?.status === "RUNNING" && light(), TICK_MS);
onChange(["execution:", "view"], draw);
