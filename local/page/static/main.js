// The page: its three views, and the connection to the server.

import "./channel.js";
import "./command.js";
import "./executions.js";
import "./graph.js";
import "./server.js";
import "./trouble.js";
import "./visits.js";
import { $, say } from "./dom.js";
import { connect, documents, onChange } from "./feed.js";

const CONNECTION = {
  connecting: "Connecting…",
  connected: "Connected",
  gone: "The stack has stopped: start it again, and open the new address.",
};
const PATIENCE_MS = 5000; // A stopped stack looks like a broken connection, only longer.
let losing = null;

function tell(state) {
  say($("connection"), CONNECTION[state]);
  $("connection").dataset.state = state;
}

onChange(["connection"], () => {
  const state = documents.get("connection");
  if (state !== "connecting") losing = clearTimeout(losing);
  else losing ??= setTimeout(tell, PATIENCE_MS, "gone");
  if ($("connection").dataset.state !== "gone" || state === "connected") tell(state);
});

for (const button of document.querySelectorAll("[data-show]")) {
  button.onclick = () => {
    document.body.dataset.shown = button.dataset.show;
    for (const one of document.querySelectorAll("[data-show]")) {
      one.setAttribute("aria-pressed", one === button);
    }
  };
}

onChange(["stack"], () => {
  document.body.dataset.simulated = documents.get("stack").simulated;
});

connect();
