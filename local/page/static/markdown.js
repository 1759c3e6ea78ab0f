// Discord's Markdown as elements. Source: Discord, Help Center > Markdown Text 101.

import { make } from "./dom.js";

const INLINE = new RegExp(
  [
    "\\\\(?<escaped>[^\\w\\s])",
    "`(?<code>[^`]+)`",
    "\\*\\*(?<strong>(?:\\\\.|[^\\\\])+?)\\*\\*(?!\\*)",
    "__(?<u>(?:\\\\.|[^\\\\])+?)__(?!_)",
    "~~(?<s>(?:\\\\.|[^\\\\])+?)~~",
    "\\|\\|(?<spoiler>(?:\\\\.|[^\\\\])+?)\\|\\|",
    "\\*(?<em>(?:\\\\.|[^\\\\*])+?)\\*",
    "(?<!\\w)_(?<em2>(?:\\\\.|[^\\\\_])+?)_(?!\\w)",
    "<#(?<channel>\\d+)>",
    "<@&(?<role>\\d+)>",
    "<@!?(?<user>\\d+)>",
    "<t:(?<time>-?\\d{1,12})(?::(?<style>[tTdDfFR]))?>",
    "\\[(?<label>[^\\]]+)\\]\\(<?(?<url>https?:[^)>\\s]+)>?\\)",
    "(?<link>https?://[^\\s<]*[^\\s<.,:;)\\]])",
  ].join("|"),
  "gs",
);
const LINE = /^(?:(?<heading>#{1,3}) +|(?<small>-# +)|(?<quote>> ?)|(?<item>\s*[-*] +))?(?<text>.*)$/s;

/** Return the elements of a text; `name(kind, id)` names what is mentioned. */
export function markdown(text, name) {
  const parts = text.split(/```(?:\w*\n)?([\s\S]*?)```/);
  return parts.flatMap((part, i) => (i % 2 ? [make("pre", {}, part)] : lines(part, name)));
}

function lines(text, name) {
  if (!text) return [];
  return text.split("\n").map((line) => {
    const { heading, small, quote, item, text: rest } = LINE.exec(line).groups;
    const inside = rest ? inline(rest, name) : [make("br")];
    if (heading) return make("div", { className: `heading h${heading.length}` }, ...inside);
    if (small) return make("div", { className: "small" }, ...inside);
    if (quote) return make("blockquote", {}, ...inside);
    if (item) return make("div", { className: "item" }, ...inside);
    return make("div", {}, ...inside);
  });
}

function inline(text, name) {
  const found = [];
  let end = 0;
  for (const match of text.matchAll(INLINE)) {
    found.push(text.slice(end, match.index), element(match.groups, name));
    end = match.index + match[0].length;
  }
  return [...found, text.slice(end)];
}

function element(given, name) {
  if (given.escaped) return given.escaped;
  if (given.code) return make("code", {}, given.code);
  for (const tag of ["strong", "u", "s"]) {
    if (given[tag]) return make(tag, {}, ...inline(given[tag], name));
  }
  if (given.em ?? given.em2) return make("em", {}, ...inline(given.em ?? given.em2, name));
  if (given.spoiler) return make("details", { className: "spoiler" }, make("summary", {}, "Spoiler"), ...inline(given.spoiler, name));
  for (const kind of ["channel", "role", "user"]) {
    if (given[kind]) return make("span", { className: "mention" }, name(kind, given[kind]));
  }
  if (given.time) return make("time", {}, moment(Number(given.time), given.style));
  // The page requests nothing from elsewhere, so a link is only shown.
  return make("span", { className: "link", title: given.url ?? given.link }, given.label ?? given.link);
}

function moment(seconds, style = "f") {
  const date = new Date(seconds * 1000);
  if (style !== "R") return date.toLocaleString();
  const away = Math.round((seconds - Date.now() / 1000) / 60);
  return new Intl.RelativeTimeFormat("en").format(away, "minute");
}
