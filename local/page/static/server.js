// The server as the chosen member sees it: channels, members and roles.

import { $, make, show } from "./dom.js";
import { all, onChange } from "./feed.js";
import { CATEGORY, FORUM, VOICE, channel, guild, look, sees, user } from "./view.js";

const VIEW_CHANNEL = 1n << 10n;
const KINDS = { [VOICE]: ["🔊", "voice channel"], [FORUM]: ["💬", "forum"], 13: ["🎙", "stage"] };

/** Tell whether @everyone is kept out of a channel by its own permissions. */
export function locked(one, here) {
  const everyone = one.permission_overwrites.find((overwrite) => overwrite.id === here.id);
  return Boolean(everyone && BigInt(everyone.deny) & VIEW_CHANNEL);
}

/** Tell whether a channel is for fewer people than its category. */
function forFewer(one, here) {
  const parent = here.channels.find((other) => other.id === one.parent_id);
  if (!parent) return locked(one, here);
  const bots = new Set(here.members.filter((member) => member.bot).map((member) => member.id));
  const people = (where) => where.visible_to.filter((member) => !bots.has(member.id)).length;
  const roles = (where) => where.permission_overwrites.filter((o) => BigInt(o.allow) & VIEW_CHANNEL).length;
  return locked(one, here) && (people(one) < people(parent) || roles(one) < roles(parent));
}

/** Return the channels in the order in which Discord shows them: in a category, voice comes last. */
export function ordered(channels) {
  const ids = new Set(channels.map((one) => one.id));
  const rank = (one) => [one.type === VOICE || one.type === 13 ? 1 : 0, one.position, BigInt(one.id)];
  const compare = (one, other) => {
    const [a, b] = [rank(one), rank(other)];
    return a[0] - b[0] || a[1] - b[1] || (a[2] < b[2] ? -1 : 1);
  };
  const inside = (id) =>
    channels
      .filter((one) => one.type !== CATEGORY && (ids.has(one.parent_id) ? one.parent_id : null) === id)
      .sort(compare);
  const categories = channels.filter((one) => one.type === CATEGORY).sort(compare);
  return [...inside(null), ...categories.flatMap((one) => [one, ...inside(one.id)])];
}

function entry(one) {
  const here = guild();
  const lock = forFewer(one, here) ? make("span", { title: "for some members only" }, " 🔒") : "";
  if (one.type === CATEGORY) return make("li", { className: "category" }, one.name, lock);
  const [icon, kind] = KINDS[one.type] ?? ["#", "text channel"];
  const isHere = channel()?.id === one.id;
  const button = make(
    "button",
    { type: "button", onclick: () => look({ channel: one.id }), "data-focus": one.id, title: one.topic ?? "" },
    make("span", { className: "icon", "aria-hidden": "true" }, icon),
    make("span", { className: "hidden" }, `${kind} `),
    one.name,
    lock,
  );
  if (isHere) button.setAttribute("aria-current", "true");
  return make("li", one.parent_id ? { className: "inside" } : {}, button);
}

function member(one) {
  const here = guild();
  const roles = here.roles.filter((role) => one.roles.includes(role.id)).map((role) => role.name);
  const owner = one.id === here.owner_id ? " 👑" : "";
  const told = roles.length ? make("small", {}, roles.join(", ")) : "";
  return make("li", {}, one.name, owner, one.bot ? make("span", { className: "bot" }, "APP") : "", told);
}

function role(one) {
  const count = one.members.length;
  return make("li", {}, `@${one.name.replace(/^@/, "")} `, make("small", {}, `${count} ${count === 1 ? "member" : "members"}`));
}

/** Return a server whose name nobody else has: others of that name get the end of their ids. */
function told({ id, name }, index, guilds) {
  const isTaken = guilds.findIndex((one) => one.name === name) < index;
  return { id, name: isTaken ? `${name} ${id.slice(-4)}` : name };
}

function options(select, items, chosen) {
  show(select, items, (one) => one.id, (one) => make("option", { value: one.id }, one.name));
  if (chosen && select.value !== chosen.id) select.value = chosen.id;
}

function draw() {
  const here = guild();
  if (!here) return;
  options($("guild"), all("guild").map(told), here);
  options($("user"), here.members.filter((one) => !one.bot), user());
  show($("channels"), ordered(here.channels.filter(sees)), (one) => one.id, entry, () => channel()?.id);
  show($("members"), here.members, (one) => one.id, member);
  show($("roles"), [...here.roles].reverse(), (one) => one.id, role);
}

$("guild").onchange = (event) => look({ guild: event.target.value, user: null, channel: null });
$("user").onchange = (event) => look({ user: event.target.value });
onChange(["guild:", "view"], draw);
