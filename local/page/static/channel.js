// The channel: its messages, as the chosen member sees them.

import { act } from "./api.js";
import { controls, offers } from "./components.js";
import { $, make, say, show } from "./dom.js";
import { all, onChange } from "./feed.js";
import { markdown } from "./markdown.js";
import { FORUM, channel, guild, sees, user } from "./view.js";

const EPHEMERAL = 1 << 6, LOADING = 1 << 7;

/** Return the name of what a message mentions. */
function name(kind, id) {
  const here = guild();
  const find = (things) => things.find((one) => one.id === id);
  if (kind === "role") return `@${find(here.roles)?.name ?? "unknown-role"}`;
  if (kind === "user") return `@${find(here.members)?.name ?? "unknown-user"}`;
  const found = find(here.channels);
  if (!found) return "#unknown";
  return sees(found) ? `#${found.name}` : "#No Access";
}

function content(message) {
  if (message.flags & LOADING) return [make("em", { className: "thinking" }, "Channelwright is thinking…")];
  return markdown(message.content, name);
}

function article(message) {
  const by = message.interaction_metadata?.user.username;
  const problem = make("p", { className: "problem", role: "status" });
  const press = async (customId, values) => {
    problem.textContent = "";
    try {
      const said = await act("press", { message_id: message.id, custom_id: customId, user_id: user().id, values });
      if (said.status !== 200) problem.textContent = "This interaction failed";
    } catch (error) {
      problem.textContent = error.message;
    }
  };
  const edited = message.edited_timestamp ? make("small", {}, " (edited)") : "";
  return make(
    "li",
    { className: message.flags & EPHEMERAL ? "message ephemeral" : "message" },
    by ? make("small", { className: "by" }, `↱ ${by} used the bot`) : "",
    make(
      "div",
      { className: "author" },
      make("strong", {}, message.author.username),
      message.author.bot ? make("span", { className: "bot" }, "APP") : "",
      make("time", { dateTime: message.timestamp }, new Date(message.timestamp).toLocaleTimeString()),
    ),
    make("div", { className: "content" }, ...content(message), edited),
    ...controls(message.components, press),
    message.flags & EPHEMERAL ? make("small", { className: "only" }, "👁 Only you can see this") : "",
    problem,
  );
}

/** Return what a message shows besides its own fields, so that it is drawn again when that changes. */
function others(message) {
  const kinds = { "#": "channel", "@&": "role" };
  const mentioned = [...message.content.matchAll(/<(#|@&|@!?)(\d+)>/g)];
  const names = mentioned.map(([, sign, id]) => name(kinds[sign] ?? "user", id));
  return JSON.stringify([user().id, names, message.components.map((row) => offers(row.components))]);
}

function draw() {
  if (!guild()) return;
  const where = channel();
  say($("channel-title"), where ? `${where.type === FORUM ? "💬" : "#"} ${where.name}` : "No channel");
  const me = user().id;
  const seen = all("message")
    .filter((one) => one.channel_id === where?.id && (!one.visible_to || one.visible_to === me))
    .sort((one, other) => (BigInt(one.id) < BigInt(other.id) ? -1 : 1));
  const log = $("log");
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 60;
  show($("messages"), seen, (one) => one.id, article, others);
  if (atEnd) log.scrollTop = log.scrollHeight;
}

onChange(["guild:", "message:", "view"], draw);
