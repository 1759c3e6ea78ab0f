// A typed command: what it says so far, and what may follow. Nothing here touches the page.

const SUBCOMMAND = 1, GROUP = 2, STRING = 3, INTEGER = 4, BOOLEAN = 5, USER = 6, CHANNEL = 7, ROLE = 8, NUMBER = 10;
const NESTED = [SUBCOMMAND, GROUP];

/** Return all commands with their paths, such as "campaign delete", and their options. */
export function paths(commands) {
  const walk = (path, one) => {
    const inner = (one.options ?? []).filter((option) => NESTED.includes(option.type));
    if (inner.length) return inner.flatMap((option) => walk(`${path} ${option.name}`, option));
    return [{ path, description: one.description, options: one.options ?? [] }];
  };
  return commands.flatMap((one) => walk(one.name, one));
}

/** Return the command that a text names, with the given options' texts in order; null if none. */
export function parse(text, commands) {
  const fitting = commands.filter(({ path }) => `${text.slice(1)} `.startsWith(`${path} `));
  const command = fitting.sort((one, other) => other.path.length - one.path.length)[0];
  if (!text.startsWith("/") || !command) return null;
  const rest = text.slice(command.path.length + 1);
  const names = command.options.map((one) => one.name).join("|");
  const parts = names ? rest.split(new RegExp(`(?:^|\\s)(${names}):`)) : [rest];
  const given = [];
  for (let i = 1; i < parts.length; i += 2) given.push([parts[i], parts[i + 1]]);
  return { command, given, before: parts[0], rest };
}

/**
 * Return what may come next: `kind` "command", "option", "value", "ask" (the bot) or "free".
 *
 * `known` has the names that the bot has offered. `sends` tells whether Enter sends the text.
 */
export function next(text, commands, known) {
  const parsed = parse(text, commands);
  if (!parsed || text === `/${parsed.command.path}`) {
    const found = commands.filter(({ path }) => `/${path}`.startsWith(text));
    return { kind: "command", found, sends: Boolean(parsed) && !parsed.command.options.some((one) => one.required) };
  }
  const { command, given } = parsed;
  const [name, typed] = given.at(-1) ?? [];
  const option = command.options.find((one) => one.name === name);
  const isFree = [STRING, INTEGER, NUMBER].includes(option?.type) && !option.choices;
  if (!option || isComplete(option, typed, isFree, known)) {
    const isGiven = (one) => given.some(([other]) => other === one.name);
    const left = command.options.filter((one) => !isGiven(one));
    return { kind: "option", found: left, sends: Boolean(option) || !left.some((one) => one.required) };
  }
  if (option.autocomplete) return { kind: "ask", option, typed, command, sends: false };
  return { kind: isFree ? "free" : "value", option, typed, sends: isFree };
}

function isComplete(option, typed, isFree, known) {
  if (!typed.endsWith(" ")) return false;
  return option.autocomplete ? known.has(typed.trim()) : isFree || Boolean(typed.trim());
}

/** Return an option's possible values, as pairs of name and value, in a server. */
export function values(option, guild) {
  const named = (things) => things.map((one) => [one.name, one.id]);
  if (option.choices?.length) return option.choices.map((one) => [one.name, one.value]);
  switch (option.type) {
    case BOOLEAN: return [["True", true], ["False", false]];
    case USER: return named(guild.members);
    case CHANNEL: return named(guild.channels);
    case ROLE: return named(guild.roles);
    default: return [];
  }
}

/** Return the options to send; throws an Error if a value is wrong or missing. */
export function entered(parsed, guild, known) {
  if (parsed.before.trim()) throw new Error(`This belongs to no option: ${parsed.before.trim()}`);
  const sent = {};
  for (const [name, typed] of parsed.given) {
    const option = parsed.command.options.find((one) => one.name === name);
    sent[name] = value(option, typed.trim(), guild, known);
  }
  const missing = parsed.command.options.find((one) => one.required && !(one.name in sent));
  if (missing) throw new Error(`The option ${missing.name} is required.`);
  return sent;
}

function value(option, typed, guild, known) {
  const possible = values(option, guild);
  if (possible.length) {
    const found = possible.find(([name]) => name.toLowerCase() === typed.toLowerCase());
    if (!found) throw new Error(`The option ${option.name} has no such value: ${typed}`);
    return found[1];
  }
  if ([INTEGER, NUMBER].includes(option.type)) return Number(typed);
  return known.get(typed) ?? typed;
}
