import { getOperationAST } from 'graphql';
import { createClient } from 'graphql-ws';

/** Queries and mutations by POST, subscriptions by graphql-transport-ws, both at the page's own address. */
export function createFetcher({ csrfCookie }) {
  const url = new URL(location.pathname, location.href);
  return (params, { headers, documentAST } = {}) => {
    const operation = documentAST && getOperationAST(documentAST, params.operationName);
    return operation?.operation === 'subscription'
      ? subscribe(url, params, headers)
      : post(url, params, { ...csrfHeader(csrfCookie), ...headers });
  };
}

async function post(url, params, headers) {
  const response = await fetch(url, {
    method: 'POST',
    credentials: 'same-origin',
    headers: { Accept: 'application/json', 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(params),
  });
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    throw told(`The server answered ${response.status} ${response.statusText}, and not with JSON: ${text.slice(0, 500)}`);
  }
}

/** Read for every request: signing in or out in another tab changes it. */
function csrfHeader(name) {
  const cookie = document.cookie.split('; ').find((each) => each.startsWith(`${name}=`));
  return cookie ? { 'X-CSRFToken': decodeURIComponent(cookie.slice(name.length + 1)) } : {};
}

/** An observable, not an async generator: a generator waiting for its next event cannot be stopped. */
function subscribe(url, params, headers) {
  const address = new URL(url);
  address.protocol = url.protocol.replace('http', 'ws');
  return {
    subscribe(observer) {
      const client = createClient({ url: address.href, connectionParams: { ...headers }, retryAttempts: 0 });
      const unsubscribe = client.subscribe(params, {
        next: (result) => observer.next(result),
        error: (problem) => observer.error(readable(problem)),
        complete: () => observer.complete(),
      });
      return { unsubscribe };
    },
  };
}

function readable(problem) {
  if (problem instanceof CloseEvent) {
    return told(`The server closed the subscription's connection: ${problem.code} ${problem.reason || '(no reason given)'}.`);
  }
  return problem instanceof Event ? told('The WebSocket connection could not be made.') : problem;
}

/** Not an Error: GraphiQL would show its stack in the response. */
function told(message) {
  return { message };
}
