import { readJSON, writeJSON } from './storage.js';

const OFFERED = 'offeredTabs';
const STORED = 'tabState';

/**
 * The tabs for a first visit. Later visits show the user's own tabs, and a prepared tab that is new to this browser
 * (a plugin was enabled) joins them at the end; one that the user has closed stays closed.
 */
export function offerTabs(prepared) {
  const tabs = prepared.map(asTab);
  const offered = new Set(readJSON(OFFERED));
  const stored = readJSON(STORED);
  if (Array.isArray(stored?.tabs)) {
    stored.tabs.push(...tabs.filter((tab) => !offered.has(tab.id)));
    writeJSON(STORED, stored);
  }
  writeJSON(OFFERED, [...new Set([...offered, ...tabs.map((tab) => tab.id)])]);
  return tabs;
}

/** GraphiQL titles a tab with the name of its operation; a title that says something else goes into a comment. */
function asTab({ title, query, variables, headers }) {
  const name = /^\s*(?:query|mutation|subscription)\s+(\w+)/m.exec(query)?.[1] ?? null;
  return {
    id: `prepared ${title}`,
    title: name ?? title,
    query: name === title ? query : `# ${title}\n${query}`,
    variables: variables || null,
    headers: headers || null,
    operationName: name,
    response: null,
  };
}
