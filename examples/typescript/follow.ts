/*
 * Follows a thread and writes into it; neither misses nor doubles a message, whatever happens to the connection.
 *
 *   npm ci && npm run build
 *   export SHOP_URL=http://127.0.0.1:8000/graphql/ SHOP_TOKEN=shp_…
 *   node dist/follow.js follow THREAD FILE     # until Ctrl-C; FILE keeps what was seen, so that it can go on from there
 *   node dist/follow.js send THREAD TEXT [KEY]
 */
import { randomUUID } from "node:crypto";
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import { type GraphQLFormattedError, print } from "graphql";
import { type Client, createClient } from "graphql-ws";
import WebSocket from "ws";
import { CatchUpDocument, FollowDocument, SendDocument } from "./generated.js";
import type { CatchUpQuery, FollowSubscription, SaidFragment, SendMutation } from "./generated.js";

type Event = NonNullable<FollowSubscription["messagingEvents"]>;
type CatchUpPage = NonNullable<CatchUpQuery["thread"]>["messages"];

class Final extends Error {} // trying again does not mend it
/** Codes of errors that pass; and codes of sockets that would be closed again: a revoked token, say. */
const PASSING = ["INTERNAL", "RATE_LIMITED"];
const CLOSED_FOR_GOOD = [4400, 4401, 4403, 4406];

/** What was seen: a line for each message with the cursor of its event; torn by a crash, it is no line. */
class Journal {
  cursor: string | null = null;
  number = 0;

  constructor(readonly path: string) {
    const text = existsSync(path) ? readFileSync(path, "utf8") : "";
    const whole = text.slice(0, text.lastIndexOf("\n") + 1);
    writeFileSync(path, whole);
    for (const line of whole.split("\n").filter(Boolean).map((one) => JSON.parse(one))) {
      this.cursor = line.cursor ?? this.cursor;
      this.number = Math.max(this.number, line.number ?? 0);
    }
  }

  add(message: SaidFragment | null, cursor: string | null) {
    appendFileSync(this.path, `${JSON.stringify({ cursor, ...message })}\n`);
    this.cursor = cursor ?? this.cursor;
    this.number = message?.number ?? this.number;
    if (message) console.log(`${message.number} ${message.author.name}: ${message.body}`);
  }
}

async function follow(client: Client, thread: string, journal: Journal): Promise<never> {
  if (journal.cursor === null) await catchUp(client, thread, journal);
  for await (const { messagingEvents } of results(client, FollowDocument, { thread, after: journal.cursor! })) {
    if (messagingEvents) await take(client, thread, journal, messagingEvents);
  }
  throw new Error("The shop has ended the subscription.");
}

async function take(client: Client, thread: string, journal: Journal, event: Event) {
  const message = event.__typename === "MessageSent" ? event.message : null;
  const ahead = message ? message.number - journal.number : 0;
  if (event.__typename === "ResyncRequired" || ahead > 1) {
    await catchUp(client, thread, journal, event.cursor); // numbers have no gaps
  } else if (event.cursor !== journal.cursor) { // else a double
    journal.add(ahead === 1 ? message : null, event.cursor);
  }
}

/** Asks for what came after the last message seen. The cursor is older than the answer: events may tell it again. */
async function catchUp(client: Client, thread: string, journal: Journal, cursor: string | null = null) {
  let missed: SaidFragment[] = [];
  let before: string | null = null;
  for (let more = true; more; ) {
    for await (const answer of results(client, CatchUpDocument, { thread, before })) {
      if (!answer.thread) throw new Final("There is no such thread.");
      const { nodes, pageInfo }: CatchUpPage = answer.thread.messages;
      cursor ??= answer.viewer?.messaging?.eventCursor ?? null;
      missed = [...nodes.filter((message) => message.number > journal.number), ...missed];
      more = pageInfo.hasPreviousPage && nodes[0]!.number > journal.number + 1;
      before = pageInfo.startCursor;
    }
  }
  for (const message of missed) journal.add(message, null);
  journal.add(null, cursor); // last: whoever is stopped before it catches up again
}

/** The message, which is sent once however often it is tried with the same key. */
async function send(url: string, token: string, threadId: string, body: string, idempotencyKey: string) {
  const response = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: print(SendDocument), variables: { input: { threadId, body, idempotencyKey } } }),
    signal: AbortSignal.timeout(10_000),
  });
  if (!response.headers.get("Content-Type")?.includes("json")) {
    throw new (response.status < 500 ? Final : Error)(`${url} answered ${response.status}.`);
  }
  const { data, errors } = (await response.json()) as { data?: SendMutation; errors?: GraphQLFormattedError[] };
  if (errors) throw failure(errors);
  const { message, userErrors } = data!.messageSend!;
  if (!message) throw failure(userErrors.map((error) => ({ message: error.message, extensions: error })));
  return message;
}

async function* results<Data, V extends Record<string, unknown>>(client: Client, document: TypedDocumentNode<Data, V>, variables: V) {
  for await (const { data, errors } of client.iterate<Data>({ query: print(document), variables })) {
    if (errors) throw failure(errors);
    yield data!;
  }
}

function failure(errors: readonly GraphQLFormattedError[]) {
  const codes = errors.map((error) => String(error.extensions?.["code"]));
  const text = `${codes}: ${errors.map((error) => error.message).join(" ")}`;
  return codes.every((code) => PASSING.includes(code)) ? new Error(text) : new Final(text);
}

/** Tries again until it succeeds, later each time, and no two clients at one moment. Throws what is final. */
async function insist<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries = Math.min(tries + 1, 6)) {
    const begun = Date.now();
    try {
      return await attempt();
    } catch (thrown) {
      const error: unknown = Array.isArray(thrown) ? failure(thrown) : thrown;
      if (error instanceof Final || CLOSED_FOR_GOOD.includes((error as { code: number }).code)) throw error;
      if (Date.now() - begun > 10_000) tries = 1;
      await sleep(Math.random() * 200 * 2 ** tries);
    }
  }
}

const [verb, thread = "", text = "", key = randomUUID()] = process.argv.slice(2);
const { SHOP_URL: url = "http://127.0.0.1:8000/graphql/", SHOP_TOKEN: token = "" } = process.env;
if (verb === "send") console.log((await insist(() => send(url, token, thread, text, key))).number);
else {
  let pong: NodeJS.Timeout;
  const client: Client = createClient({
    url: url.replace(/^http/, "ws"),
    webSocketImpl: WebSocket,
    connectionParams: { Authorization: `Bearer ${token}` },
    retryAttempts: 0, // `insist` tries again, with the cursor of that moment
    keepAlive: 10_000, // a connection that has died silently is noticed within 15 seconds
    on: {
      ping: (received) => { if (!received) pong = setTimeout(() => client.terminate(), 5_000); },
      pong: (received) => { if (received) clearTimeout(pong); },
    },
  });
  const journal = new Journal(text);
  await insist(() => follow(client, thread, journal));
}
