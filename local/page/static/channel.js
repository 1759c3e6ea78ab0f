// The channel: its messages, as the chosen member sees them.

import { act } from "./api.js";
import { controls } from "./components.js";
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

/** Return the names that messages may mention, so that they are drawn again when one changes. */
function mentionable() {
  const here = guild();
  const things = [...here.roles, ...here.members, ...here.channels.filter(sees)];
  return things.map((one) => one.id + one.name).join();
}

function draw() {
  const where = channel();
  if (!where) return;
  say($("channel-title"), `${where.type === FORUM ? "💬" : "#"} ${where.name}`);
  const me = user().id;
  const seen = all("message")
    .filter((one) => one.channel_id === where.id && (!one.visible_to || one.visible_to === me))
    .sort((one, other) => (BigInt(one.id) < BigInt(other.id) ? -1 : 1));
  const log = $("log");
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 60;
  show($("messages"), seen, (one) => one.id, article, me + mentionable());
  if (atEnd) log.scrollTop = log.scrollHeight;
}

onChange(["guild:", "message:", "view"], draw);
