// The stream of changes, shared by all tabs: a browser opens six connections to a host at most.

const documents = new Map();
const tabs = new Set();
let connection = "connecting";

const source = new EventSource("changes");
source.onopen = () => connected("connected");
// The browser tries again by itself, and names the last change that it knows.
source.onerror = () => connected(source.readyState === EventSource.CLOSED ? "gone" : "connecting");
source.onmessage = (event) => {
  const changes = JSON.parse(event.data);
  for (const [name, document] of changes) {
    if (document === null) documents.delete(name);
    else documents.set(name, document);
  }
  tell({ changes });
};

function connected(state) {
  connection = state;
  tell({ connection });
}

function tell(what) {
  for (const tab of tabs) tab.postMessage(what);
}

self.onconnect = ({ ports: [tab] }) => {
  tabs.add(tab);
  // A closed tab says so; one that died costs only messages that nobody reads.
  tab.onmessage = () => tabs.delete(tab);
  tab.postMessage({ connection, changes: [...documents] });
};
