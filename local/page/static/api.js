// Requests to the server of the page.

/** Send a request; throws an Error, with words to show, if nothing answers. */
async function ask(path, options) {
  try {
    return await fetch(path, options);
  } catch {
    throw new Error("The stack does not answer.");
  }
}

/** Do something; throws an Error, with a reason to show, if it is refused. */
export async function act(action, body) {
  const answer = await ask(`actions/${action}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const said = answer.headers.get("Content-Type").includes("json")
    ? await answer.json()
    : { message: await answer.text() };
  if (!answer.ok) throw new Error(said.message);
  return said;
}

/** Return the visits of an execution's state. */
export async function visits(arn, state) {
  const path = `executions/${encodeURIComponent(arn)}/${encodeURIComponent(state)}`;
  return (await ask(path)).json();
}

/** Return a machine's picture as text. */
export async function picture(machine) {
  const answer = await ask(`machines/${encodeURIComponent(machine)}`);
  if (!answer.ok) throw new Error(`There is no picture of ${machine}.`);
  return answer.text();
}
