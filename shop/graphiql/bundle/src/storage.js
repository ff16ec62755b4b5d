const PREFIX = 'graphiql:';
const WITH_HEADERS = new Set([`${PREFIX}queries`, `${PREFIX}favorites`]);

const ownKeys = () => Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));

/** The browser's local storage, less the request headers: GraphiQL's history would keep bearer tokens in it. */
export const storage = {
  getItem: (key) => localStorage.getItem(key),
  setItem: (key, value) => localStorage.setItem(key, WITH_HEADERS.has(key) ? withoutHeaders(value) : value),
  removeItem: (key) => localStorage.removeItem(key),
  clear: () => ownKeys().forEach((key) => localStorage.removeItem(key)),
  get length() {
    return ownKeys().length;
  },
};

function withoutHeaders(json) {
  return JSON.stringify(JSON.parse(json), (key, value) => (key === 'headers' ? null : value));
}

export function readJSON(name) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + name));
  } catch {
    return null;
  }
}

export function writeJSON(name, value) {
  localStorage.setItem(PREFIX + name, JSON.stringify(value));
}

/** Opens a panel unless this browser has been here before. */
export function showOnFirstVisit(plugin) {
  if (ownKeys().length === 0) {
    localStorage.setItem(`${PREFIX}visiblePlugin`, plugin.title);
  }
}
