// Receive webhooks and print each event once.
//
//     npm install standardwebhooks@1.1.1
//     WEBHOOK_SECRET=whsec_... node receiver.js 8080
//
// Put something that speaks https in front of it.
"use strict";

const { createServer } = require("node:http");
const { Webhook } = require("standardwebhooks");

const LONGEST_BODY = 65_536; // an event has less than 20 kB

const webhook = new Webhook(process.env.WEBHOOK_SECRET);
// Yours should outlive a restart: a webhook may come again for more than three days.
const handled = new Set();

// Do what you want to do, in a few seconds: after 15, the webhook comes again.
function handle(event) {
  console.log(event.type, event.id);
}

// Returns the bytes as they came: JSON that was read and written again has another signature.
async function read(request) {
  const parts = [];
  let length = 0;
  for await (const part of request) {
    length += part.length;
    if (length > LONGEST_BODY) throw new Error("too long");
    parts.push(part);
  }
  return Buffer.concat(parts);
}

// Answers 204 to an event, also if it has come before, and 400 to anything else.
const server = createServer(async (request, response) => {
  let event;
  try {
    event = webhook.verify(await read(request), request.headers);
  } catch {
    response.writeHead(400).end();
    return;
  }
  if (!handled.has(event.id)) {
    handle(event);
    handled.add(event.id);
  }
  response.writeHead(204).end();
});

server.listen(Number(process.argv[2]), "127.0.0.1", () => console.log("port", server.address().port));
