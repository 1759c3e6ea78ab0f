// A message's buttons and menus. Source: Discord docs, Components > Reference.

import { make } from "./dom.js";
import { guild } from "./view.js";

const BUTTON = 2, STRING_SELECT = 3, USER_SELECT = 5, ROLE_SELECT = 6, CHANNEL_SELECT = 8;
const STYLES = { 1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link" };
const LINK = 5;

/** Return the rows of controls; `press(customId, values)` tells what the user chose. */
export function controls(rows, press) {
  return rows.map((row) =>
    make("div", { className: "row" }, ...(row.components ?? []).map((one) => control(one, press))),
  );
}

function control(one, press) {
  return one.type === BUTTON ? button(one, press) : menu(one, press);
}

function button(one, press) {
  const emoji = one.emoji?.name ? `${one.emoji.name} ` : "";
  const pressed = async () => {
    element.disabled = true;
    await press(one.custom_id);
    element.disabled = Boolean(one.disabled);
  };
  const element = make(
    "button",
    { type: "button", className: STYLES[one.style], disabled: Boolean(one.disabled), onclick: pressed },
    emoji + (one.label ?? ""),
  );
  element.dataset.focus = one.custom_id ?? one.url;
  if (one.style === LINK) element.disabled = true;
  return element;
}

/** Return what the menus of a row offer. */
export const offers = (row = []) => row.filter((one) => one.type !== BUTTON).map(choices);

function choices(one) {
  const here = guild();
  if (one.type === STRING_SELECT) return one.options.map((option) => [option.value, option.label]);
  const named = (things) => things.map((thing) => [thing.id, thing.name]);
  if (one.type === USER_SELECT) return named(here.members);
  if (one.type === ROLE_SELECT) return named(here.roles);
  return one.type === CHANNEL_SELECT ? named(here.channels) : [];
}

function menu(one, press) {
  const title = one.placeholder ?? "Make a selection";
  const boxes = choices(one).map(([value, name]) => {
    const box = make("input", { type: "checkbox", value });
    return make("label", { className: "check" }, box, ` ${name}`);
  });
  const every = boxes.map((label) => label.firstChild);
  const chosen = () => every.filter((box) => box.checked);
  const done = make("button", { type: "button", className: "primary", disabled: true }, "Choose");
  const details = make(
    "details",
    { className: "menu" },
    make("summary", { "data-focus": one.custom_id }, title),
    make("fieldset", { "aria-label": title }, ...boxes),
    done,
  );
  details.onchange = () => {
    const count = chosen().length;
    done.disabled = count < one.min_values || count > one.max_values;
    for (const box of every) box.disabled = !box.checked && count >= one.max_values;
  };
  done.onclick = async () => {
    done.disabled = true;
    await press(one.custom_id, chosen().map((box) => box.value));
    details.open = false;
    for (const box of every) box.checked = box.disabled = false;
  };
  return details;
}
