// Bundles src/main.js and three.js into one minified player.js that a page can carry inline.
import { readFile } from 'node:fs/promises';
import { build } from 'esbuild';

// three's own files carry only a one-line notice; its licence asks for the whole text.
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
