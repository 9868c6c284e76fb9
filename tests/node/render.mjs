// Renders a GLB to a PNG: one picture, or a contact sheet of poses. three.js in headless Chromium.
//
//   node render.mjs character.glb out.png [--spec poses.json] [--size 512] [--columns 8]
//                   [--view front|three-quarter|side|...] [--zoom 1] [--at x,y,z] [--wire]
//                   [--weights jawOpen=1,mouthClose=1] [--plain] [--flat]
//
// poses.json: [{"label": "jawOpen", "weights": {"jawOpen": 1}, "view": "front", "zoom": 1, "at": [x, y, z],
//               "joints": {"LeftEye": [pitch, yaw, roll]}, "clip": 0, "time": 1.25}]
// --wire draws edges, --plain ignores the file's materials, --flat has one background colour (small PNGs).
// Angles are degrees, added to the joint's rest rotation; `clip`/`time` pose the file's own
// animation instead. Without --spec it renders one pose; `--spec shapes` renders one pose per morph target.
// Uses METAFACE_CHROMIUM, or `chromium` or `google-chrome` on the PATH.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

// With METAFACE_NODE_MODULES, several checkouts share one installation.
const modules = process.env.METAFACE_NODE_MODULES ?? join(dirname(fileURLToPath(import.meta.url)), 'node_modules');
const require = createRequire(join(modules, 'anything.js'));
const { chromium } = require('playwright-core');
const { buildSync } = require('esbuild');

function arguments_(argv) {
  const options = { files: [] };
  for (let i = 0; i < argv.length; i++) {
    if (!argv[i].startsWith('--')) options.files.push(argv[i]);
    else if (['--wire', '--plain', '--flat'].includes(argv[i])) options[argv[i].slice(2)] = true;
    else options[argv[i].slice(2)] = argv[++i];
  }
  return options;
}

function browserPath() {
  if (process.env.METAFACE_CHROMIUM) return process.env.METAFACE_CHROMIUM;
  for (const name of ['chromium', 'chromium-browser', 'google-chrome']) {
    try {
      return execFileSync('which', [name], { encoding: 'utf8' }).trim();
    } catch {
      // Not installed.
    }
  }
  throw new Error('no Chromium: install the package `chromium` or set METAFACE_CHROMIUM');
}

const options = arguments_(process.argv.slice(2));
const [input, output] = options.files;
if (!input || !output || !existsSync(input)) {
  console.error('usage: node render.mjs character.glb out.png [options]; see the top of the file');
  process.exit(2);
}

const bundle = buildSync({
  entryPoints: [join(dirname(fileURLToPath(import.meta.url)), 'render_page.mjs')],
  bundle: true, format: 'iife', globalName: 'page', write: false, minify: true, nodePaths: [modules],
}).outputFiles[0].text;

const browser = await chromium.launch({
  executablePath: browserPath(),
  args: ['--no-sandbox', '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist'],
});
try {
  const page = await browser.newPage();
  page.on('console', (message) => console.error(`page: ${message.text()}`));
  page.on('pageerror', (error) => console.error(`page: ${error.stack}`));
  await page.setContent('<!doctype html><body style="margin:0"></body>');
  await page.addScriptTag({ content: bundle });
  const common = {
    view: options.view, zoom: Number(options.zoom ?? 1), at: options.at?.split(',').map(Number),
    weights: Object.fromEntries((options.weights ?? '').split(',').filter(Boolean).map((pair) => {
      const [name, value] = pair.split('=');
      return [name, Number(value ?? 1)];
    })),
  };
  let poses = [common];
  if (options.spec === 'shapes') poses = 'shapes';
  else if (options.spec) poses = JSON.parse(readFileSync(resolve(options.spec), 'utf8'));
  const glb = readFileSync(input).toString('base64');
  const dataUrl = await page.evaluate(
    ([glb, poses, settings]) => page.draw(glb, poses, settings),
    [glb, poses, {
      size: Number(options.size ?? 512), columns: Number(options.columns ?? 8), wire: !!options.wire,
      plain: !!options.plain, flat: !!options.flat, common,
    }],
  );
  writeFileSync(output, Buffer.from(dataUrl.split(',')[1], 'base64'));
} finally {
  await browser.close();
}
