// Bundles src/main.js and three.js into one minified player.js for inlining in a page.
import { readFile } from 'node:fs/promises';
import { build } from 'esbuild';

// The licence of three.js requires its full text, but its files contain only a one-line notice.
const threeLicence = await readFile(new URL('node_modules/three/LICENSE', import.meta.url), 'utf8');

await build({
  entryPoints: ['src/main.js'],
  outfile: 'player.js',
  bundle: true,
  minify: true,
  format: 'iife',
  target: 'es2022',
  charset: 'ascii',
  legalComments: 'inline',
  banner: { js: `/*! This page contains three.js.\n\n${threeLicence.trim()}\n*/` },
});
