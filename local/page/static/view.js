// The view: a server, as a member, one of its channels; an execution, one of its states.

import { all, changed, documents } from "./feed.js";

const KEY = "view";
const view = { guild: null, user: null, channel: null, execution: null, state: null, follow: true };
Object.assign(view, JSON.parse(sessionStorage.getItem(KEY) ?? "{}"));

/** Look at something else. */
export function look(at) {
  Object.assign(view, at);
  sessionStorage.setItem(KEY, JSON.stringify(view));
  changed("view");
}

export const looked = () => view;
export const TEXT = 0, VOICE = 2, CATEGORY = 4, FORUM = 15;

/** Return the server: the chosen one, or that of the newest message, or the first. */
export function guild() {
  return documents.get(`guild:${view.guild}`) ?? newest() ?? all("guild")[0];
}

function newest() {
  const where = all("message").reduce(
    (last, one) => (last && BigInt(last.id) > BigInt(one.id) ? last : one), null,
  )?.channel_id;
  return all("guild").find((one) => one.channels.some((channel) => channel.id === where));
}

/** Return the member as whom the server is looked at: the chosen one, or the owner. */
export function user() {
  const here = guild();
  const members = here?.members ?? [];
  return members.find((one) => one.id === view.user) ?? members.find((one) => one.id === here.owner_id);
}

/** Tell whether the member sees a channel. */
export function sees(channel) {
  const id = user()?.id;
  return channel.visible_to.some((one) => one.id === id);
}

/** Return the channel: the chosen one if the member sees it, or the first in which people write. */
export function channel() {
  const seen = (guild()?.channels ?? []).filter(sees);
  return (
    seen.find((one) => one.id === view.channel && one.type !== CATEGORY) ??
    seen.find((one) => one.type === TEXT)
  );
}

/**
 * Return the execution: the newest if it is followed, or the chosen one. A delivery of a webhook
 * begins while people watch the campaign that it tells of, so it is never followed.
 */
export function execution() {
  const chosen = documents.get(`execution:${view.execution}`);
  const followed = executions().find((one) => !one.machine.endsWith("-deliver-webhook"));
  return view.follow || !chosen ? followed : chosen;
}

/** Return all executions, the newest first. */
export function executions() {
  return all("execution").sort((one, other) => other.began - one.began);
}
