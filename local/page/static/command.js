// The command line: it completes commands, options and values, and sends what was typed.

import { act } from "./api.js";
import { $, make, say } from "./dom.js";
import { documents } from "./feed.js";
import { entered, next, parse, paths, values } from "./typed.js";
import { channel, guild, user } from "./view.js";

const MOST = 25, PATIENCE_MS = 150;
const input = $("typed"), list = $("choices"), hint = $("hint");
const known = new Map(); // the values of the names that the bot has offered
let active = -1, items = [], asked = 0, kind = null;

function commands() {
  const offered = guild()?.offered[user()?.id] ?? [];
  return paths((documents.get("commands") ?? []).filter((one) => offered.includes(one.name)));
}

function where() {
  if (!channel()) throw new Error("There is no channel here in which to write.");
  return { guild_id: guild().id, channel_id: channel().id, user_id: user().id };
}

/** Return the choices for what is typed: each a label, an explanation and the text it leads to. */
async function choices(text) {
  const step = next(text, commands(), known);
  const begun = text.replace(/\S*$/, "");
  switch (step.kind) {
    case "command":
      return step.found.map(({ path, description, options }) => [
        `/${path}`, description, options.length ? `/${path} ` : `/${path}`,
      ]);
    case "option":
      return step.found.map((one) => [
        one.name, `${one.description}${one.required ? " (required)" : ""}`, `${begun}${one.name}:`,
      ]);
    case "value":
      return fitting(text, step.typed, values(step.option, guild()));
    case "ask":
      return fitting(text, step.typed, await offered(step), "");
    default:
      return [];
  }
}

function fitting(text, typed, pairs, filter = typed) {
  const start = text.slice(0, text.length - typed.length);
  const fits = ([name]) => name.toLowerCase().includes(filter.trim().toLowerCase());
  return pairs.filter(fits).map(([name]) => [name, "", `${start}${name} `]);
}

async function offered({ command, option, typed }) {
  const said = { command: command.path, options: { [option.name]: typed.trim() }, ...where() };
  const found = await act("complete", said);
  for (const one of found) known.set(one.name, one.value);
  return found.map((one) => [one.name, one.value]);
}

async function suggest() {
  const mine = ++asked;
  say(hint, "");
  if (!input.value.startsWith("/")) return close();
  const step = next(input.value, commands(), known);
  if (step.kind !== kind) close(); // What is still shown answers another question.
  kind = step.kind;
  if (kind === "ask") await new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
  if (mine !== asked) return;
  try {
    const found = await choices(input.value);
    if (mine === asked) open(found.slice(0, MOST));
  } catch (error) {
    if (mine === asked) close(), say(hint, error.message);
  }
}

function open(found) {
  items = found;
  const { sends } = next(input.value, commands(), known);
  list.replaceChildren(
    ...items.map(([label, told], i) =>
      make(
        "li",
        { role: "option", id: `choice-${i}`, onmousedown: (event) => (event.preventDefault(), pick(i)) },
        make("strong", {}, label), " ", make("small", {}, told),
      ),
    ),
  );
  list.hidden = !items.length;
  input.setAttribute("aria-expanded", String(!list.hidden));
  // Where Enter sends the text, only an arrow or Tab chooses.
  activate(sends || !items.length ? -1 : 0);
}

function activate(index) {
  active = index;
  [...list.children].forEach((child, i) => child.setAttribute("aria-selected", String(i === index)));
  if (index < 0) input.removeAttribute("aria-activedescendant");
  else {
    input.setAttribute("aria-activedescendant", `choice-${index}`);
    list.children[index].scrollIntoView({ block: "nearest" });
  }
}

function close() {
  items = [];
  list.replaceChildren();
  list.hidden = true;
  input.setAttribute("aria-expanded", "false");
  activate(-1);
}

function pick(index) {
  input.value = items[index][2];
  close();
  suggest();
}

async function send(text) {
  if (!text.startsWith("/")) return act("write", { content: text, ...where() });
  const parsed = parse(text, commands(), known);
  if (!parsed) throw new Error(`There is no such command: ${text}`);
  const options = entered(parsed, guild(), known);
  const said = await act("send", { command: parsed.command.path, options, ...where() });
  if (said.status !== 200) throw new Error("The application did not respond");
  return said;
}

async function submit() {
  const text = input.value.trim();
  if (!text) return;
  asked++;
  close();
  input.value = "";
  say(hint, "Sending…");
  try {
    await send(text);
    say(hint, "");
  } catch (error) {
    if (!input.value) input.value = text;
    say(hint, error.message);
  }
}

input.oninput = suggest;
input.onfocus = () => input.value && suggest();
input.onblur = close;
input.onkeydown = (event) => {
  const moves = { ArrowDown: 1, ArrowUp: -1 };
  if (event.key in moves && items.length) {
    event.preventDefault();
    activate((active + moves[event.key] + items.length + (active < 0 && moves[event.key] < 0)) % items.length);
  } else if (event.key === "Tab" && items.length && !event.shiftKey) {
    event.preventDefault();
    pick(Math.max(active, 0));
  } else if (event.key === "Escape") {
    close();
  } else if (event.key === "Enter" && active >= 0) {
    event.preventDefault();
    pick(active);
  }
};
$("line").onsubmit = (event) => (event.preventDefault(), submit());
