// Elements, made and kept up to date.

export const $ = (id) => document.getElementById(id);

/** Return a new element; a property with a dash, or `role`, is an attribute. */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes("-") || name === "role" || name === "for") element.setAttribute(name, value);
    else element[name] = value;
  }
  element.append(...children);
  return element;
}

/**
 * Show a list in a parent, one child for each item, in order.
 *
 * A child whose item and `other(item)` (what else it shows) are as before stays as it is. Keys differ.
 */
export function show(parent, items, key, draw, other = () => "") {
  const old = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  let place = parent.firstElementChild;
  for (const [i, item] of items.entries()) {
    const name = String(key(item, i)), also = other(item);
    let child = old.get(name);
    old.delete(name);
    if (!child || child.item !== item || child.also !== also) {
      const drawn = redraw(child, named(draw(item), name));
      if (child === place && child) place = drawn;
      child = drawn;
    }
    Object.assign(child, { item, also });
    if (child === place) place = place.nextElementSibling;
    else parent.insertBefore(child, place);
  }
  for (const child of old.values()) child.remove();
}

function named(child, name) {
  child.dataset.key = name;
  return child;
}

function redraw(before, after) {
  if (!before) return after;
  if (before.isEqualNode(after) && !after.querySelector("button, input")) return before;
  const focused = before.contains(document.activeElement) && document.activeElement.dataset.focus;
  before.replaceWith(after);
  if (focused) after.querySelector(`[data-focus="${CSS.escape(focused)}"]`)?.focus();
  return after;
}

/** Set an element's text, if it is another one. */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Return a duration in seconds as people read it. */
export function duration(seconds) {
  if (seconds < 1) return `${Math.max(0, Math.round(seconds * 1000))} ms`;
  if (seconds < 100) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}
