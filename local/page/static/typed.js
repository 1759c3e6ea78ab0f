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

/**
 * Return the command that a text names, with the given options' texts in order; null if none.
 *
 * `known` has the names that the bot has offered: such a name may contain what looks like an option.
 */
export function parse(text, commands, known) {
  const fitting = commands.filter(({ path }) => `${text.slice(1)} `.startsWith(`${path} `));
  const command = fitting.sort((one, other) => other.path.length - one.path.length)[0];
  if (!text.startsWith("/") || !command) return null;
  return { command, ...split(text.slice(command.path.length + 1), command.options, known) };
}

/** Return the text before the first option, and the options' texts; each option is given once. */
function split(text, options, known) {
  let before = "", left = options, fixed = 0;
  const given = [];
  for (;;) {
    const names = left.map((one) => one.name).join("|");
    const found = names && new RegExp(`\\s(${names}):`).exec(text.slice(fixed));
    const typed = found ? text.slice(0, fixed + found.index) : text;
    if (given.length) given.at(-1)[1] = typed;
    else before = typed;
    if (!found) return { before, given };
    const option = left.find((one) => one.name === found[1]);
    text = text.slice(typed.length + found[0].length);
    fixed = option.autocomplete ? knownAt(text, known) : 0;
    left = left.filter((one) => one !== option);
    given.push([option.name, ""]);
  }
}

/** Return the length of the longest known name with which a text begins. */
function knownAt(text, known) {
  const lengths = [...known.keys()].filter((name) => `${text} `.startsWith(`${name} `)).map((name) => name.length);
  return Math.max(0, ...lengths);
}

/**
 * Return what may come next: `kind` "command", "option", "value", "ask" (the bot) or "free".
 *
 * `known` has the names that the bot has offered. `sends` tells whether Enter sends the text.
 */
export function next(text, commands, known) {
  const parsed = parse(text, commands, known);
  if (!parsed || text === `/${parsed.command.path}`) {
    const found = commands.filter(({ path }) => `/${path}`.startsWith(text));
    return { kind: "command", found, sends: Boolean(parsed) && !parsed.command.options.some((one) => one.required) };
  }
  const { command, given } = parsed;
  const [name, typed] = given.at(-1) ?? [];
  const option = command.options.find((one) => one.name === name);
  const isFree = [STRING, INTEGER, NUMBER].includes(option?.type) && !option.choices;
  const word = /\S*$/.exec(text)[0]; // the beginning of another option, perhaps
  const isGiven = (one) => given.some(([other]) => other === one.name);
  const left = command.options.filter((one) => !isGiven(one));
  const found = left.filter((one) => one.name.startsWith(word));
  if (!option) return { kind: "option", found, sends: !word && !left.some((one) => one.required) };
  const whole = typed.slice(0, Math.max(0, typed.length - word.length));
  const isNamed = found.length && !option.autocomplete; // A campaign's name may go on.
  if ((isNamed || !word) && isComplete(option, whole, isFree, known)) {
    return { kind: "option", found, sends: isFree || !word };
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
