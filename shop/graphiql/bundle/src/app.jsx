import './workers.js';
import { DOC_EXPLORER_PLUGIN } from '@graphiql/plugin-doc-explorer';
import { explorerPlugin } from '@graphiql/plugin-explorer';
import { GraphiQL, HISTORY_PLUGIN } from 'graphiql';
import { createRoot } from 'react-dom/client';

import '@graphiql/react/style.css';
import '@graphiql/plugin-doc-explorer/style.css';
import '@graphiql/plugin-explorer/style.css';
import '@graphiql/plugin-history/style.css';
import 'graphiql/graphiql.css';
import './fonts.css';
import './page.css';

import { createFetcher } from './fetcher.js';
import { offerTabs } from './tabs.js';
import { showOnFirstVisit, storage } from './storage.js';

const NEW_TAB = `# Ctrl-Space completes, Ctrl-Enter runs.
# To ask as someone else, open Headers:
# {"Authorization": "Bearer <token>"}

`;

const page = JSON.parse(document.getElementById('graphiql-page').textContent);
const fetcher = createFetcher({ csrfCookie: page.csrfCookie });
const plugins = [HISTORY_PLUGIN, explorerPlugin({ showAttribution: false })];

function Identity() {
  if (page.user) {
    return <span className="identity" title="Signed in by the session cookie; an Authorization header takes precedence.">{page.user}</span>;
  }
  return <span className="identity">Not signed in{page.signIn && <> · <a href={page.signIn}>Sign in</a></>}</span>;
}

showOnFirstVisit(DOC_EXPLORER_PLUGIN);
createRoot(document.getElementById('graphiql')).render(
  <GraphiQL
    defaultQuery={NEW_TAB}
    defaultTabs={offerTabs(page.tabs)}
    fetcher={fetcher}
    inputValueDeprecation
    plugins={plugins}
    schemaDescription
    shouldPersistHeaders={false}
    storage={storage}
  >
    <GraphiQL.Logo><Identity /></GraphiQL.Logo>
  </GraphiQL>,
);
