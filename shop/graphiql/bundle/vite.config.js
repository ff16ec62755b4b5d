import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { defineConfig } from 'vite';

const OUT = resolve(import.meta.dirname, '../../static/shop/graphiql');

const SOURCES = ['package.json', 'package-lock.json', 'vite.config.js', 'public', 'src'];
const SUMS = 'SHA256SUMS';

/**
 * Writes LICENSES.txt, the licence of every package the bundle may contain, and checksums: of everything that is served,
 * and of the sources it was built from, so that a change without a rebuild does not go unnoticed.
 */
function papers() {
  return {
    name: 'papers',
    apply: 'build',
    closeBundle() {
      writeFileSync(join(OUT, 'LICENSES.txt'), licenses());
      writeSums(OUT, listFiles(OUT));
      writeSums(import.meta.dirname, SOURCES.flatMap((name) => listFiles(join(import.meta.dirname, name))));
    },
  };
}

function listFiles(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true }).map((name) => join(path, name)).filter((file) => statSync(file).isFile());
}

function writeSums(folder, files) {
  const sums = files
    .filter((file) => basename(file) !== SUMS)
    .map((file) => `${createHash('sha256').update(readFileSync(file)).digest('hex')}  ${relative(folder, file)}\n`)
    .sort((one, other) => (one.slice(66) < other.slice(66) ? -1 : 1));
  writeFileSync(join(folder, SUMS), sums.join(''));
}

function licenses() {
  const lock = JSON.parse(readFileSync(join(import.meta.dirname, 'package-lock.json'), 'utf8'));
  const texts = Object.entries(lock.packages)
    .filter(([path, entry]) => path && !entry.dev && !entry.optional && existsSync(join(import.meta.dirname, path)))
    .map(([path, entry]) => {
      const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
      const files = readdirSync(join(import.meta.dirname, path)).filter((file) => /^(licen[cs]e|notice|thirdpartynotices)/i.test(file)).sort();
      const text = files.map((file) => readFileSync(join(import.meta.dirname, path, file), 'utf8').replaceAll('\r', '').trim());
      return [`${name} ${entry.version} (${entry.license})`, ...text].join('\n\n');
    });
  return `${[...new Set(texts)].sort().join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}

export default defineConfig({
  base: './', // works under any STATIC_URL
  plugins: [papers()],
  worker: {
    format: 'es',
    rollupOptions: { output: { entryFileNames: 'chunks/[name]-[hash].js', chunkFileNames: 'chunks/[name]-[hash].js' } },
  },
  build: {
    outDir: OUT,
    emptyOutDir: true,
    target: 'es2022',
    cssCodeSplit: false,
    modulePreload: false,
    sourcemap: false,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 8000,
    rollupOptions: {
      onLog: (level, log, show) => log.code !== 'MODULE_LEVEL_DIRECTIVE' && show(level, log),
      input: { graphiql: resolve(import.meta.dirname, 'src/entry.js') },
      output: {
        // Vite's helper for import() would live in the entry, and every chunk that uses it would import the entry back.
        codeSplitting: { groups: [{ name: 'preload', test: /vite\/preload-helper/ }] },
        entryFileNames: '[name].js',
        chunkFileNames: 'chunks/[name]-[hash].js',
        assetFileNames: (asset) => (asset.names.some((name) => name.endsWith('.css')) ? 'graphiql.css' : 'chunks/[name]-[hash][extname]'),
      },
    },
  },
});
