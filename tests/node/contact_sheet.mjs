// Writes labelled pictures of a preview page's face at several times into one image: a contact sheet
// or a film strip. Prints { pictures } as JSON.
//
//     node contact_sheet.mjs PAGE.html -o SHEET.png --entries ENTRIES.json
//     node contact_sheet.mjs PAGE.html -o STRIP.png --filmstrip 12 [--from 0.5 --to 2]
//
// ENTRIES: [{ "label": "/p/ in pie", "time": 1.23, "group": "lips closed" }]; the optional group starts
// a row with that heading. Further options:
//     --view front|threequarter|profile|mouth   (front)
//     --columns N    maximum of pictures in a row (6)
//     --size N       side of a picture in pixels (300)
//     --title TEXT   a heading
//     --takes        a row for each take of the page, at the same times, instead of the groups

import { readFile, writeFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { launchBrowser, missingBrowser } from "./browser.mjs";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    output: { type: "string", short: "o" },
    entries: { type: "string" },
    filmstrip: { type: "string" },
    from: { type: "string" },
    to: { type: "string" },
    view: { type: "string", default: "front" },
    columns: { type: "string", default: "6" },
    size: { type: "string", default: "300" },
    title: { type: "string", default: "" },
    takes: { type: "boolean", default: false },
  },
});
const [file] = positionals;
const fail = (reason) => {
  console.error(`contact_sheet: ${reason}`);
  process.exit(2);
};
if (!file || !options.output) fail("give a preview page and -o SHEET.png");
if (!options.entries === !options.filmstrip) fail("give either --entries FILE or --filmstrip N");
const size = wholeNumber("size", 32, 2048);
const columns = wholeNumber("columns", 1, 64);
const missing = missingBrowser();
if (missing) fail(missing);

const browser = await launchBrowser();
try {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  // On a busy machine, software WebGL takes up to a minute to compile the first shaders.
  page.setDefaultTimeout(180_000);
  await page.goto(`${pathToFileURL(file).href}#chrome=off&view=${options.view}`);
  await page.evaluate(() => window.metaface.ready);
  if (!(await page.evaluate((view) => metaface.camera(view), options.view))) {
    fail(`'${options.view}' is not a view; use front, threequarter, profile or mouth`);
  }
  const moments = options.entries ? await readEntries() : await evenlySpaced(page);
  const takes = options.takes ? await page.evaluate(() => metaface.takes) : [];
  const rows = takes.map((group, take) => moments.map((moment) => ({ ...moment, group, take })));
  const entries = options.takes ? rows.flat() : moments;
  for (const entry of entries) {
    await page.evaluate(({ time, take = 0 }) => {
      metaface.choose(take);
      return metaface.seek(time);
    }, entry);
    entry.picture = (await page.screenshot({ type: "png" })).toString("base64");
  }
  await page.close();
  await writeFile(options.output, await compose(entries));
  console.log(JSON.stringify({ pictures: entries.length }));
} finally {
  await browser.close();
}

function wholeNumber(name, least, most) {
  const value = Number(options[name]);
  if (!Number.isInteger(value) || value < least || value > most) {
    fail(`--${name} takes a whole number from ${least} to ${most}`);
  }
  return value;
}

async function readEntries() {
  const entries = JSON.parse(await readFile(options.entries, "utf8"));
  const isValid = (entry) => typeof entry?.label === "string" && Number.isFinite(entry.time);
  if (!Array.isArray(entries) || !entries.length || !entries.every(isValid)) {
    fail(`${options.entries} is not a list of { "label": text, "time": seconds }`);
  }
  return entries;
}

/** The middles of equal intervals. */
async function evenlySpaced(page) {
  const count = wholeNumber("filmstrip", 1, 1000);
  const from = Number(options.from ?? 0);
  const to = Number(options.to ?? (await page.evaluate(() => metaface.duration)));
  return Array.from({ length: count }, (_, i) => {
    const time = from + ((to - from) * (i + 0.5)) / count;
    return { label: `${time.toFixed(2)} s`, time };
  });
}

async function compose(entries) {
  const groups = [];
  for (const entry of entries) {
    if (groups.length && groups.at(-1).name === (entry.group ?? "")) groups.at(-1).entries.push(entry);
    else groups.push({ name: entry.group ?? "", entries: [entry] });
  }
  const columnCount = Math.min(columns, Math.max(...groups.map((group) => group.entries.length)));
  const text = (value) => value.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
  const cell = ({ label, time, picture }) =>
    `<figure><img src="data:image/png;base64,${picture}"><figcaption>${text(label)}` +
    (options.entries ? `<small>${time.toFixed(2)} s</small>` : "") +
    `</figcaption></figure>`;
  const section = ({ name, entries }) =>
    (name ? `<h2>${text(name)}</h2>` : "") + `<div>${entries.map(cell).join("")}</div>`;
  const page = await browser.newPage({ viewport: { width: columnCount * (size + 8) + 24, height: 200 } });
  await page.setContent(`<!doctype html><meta charset="utf-8"><style>
    body { margin: 0; padding: 12px 16px 16px 16px; width: max-content; background: #17181b; color: #e8eaed;
      font: 15px/1.3 ui-sans-serif, system-ui, "Segoe UI", Roboto, sans-serif; }
    h1 { margin: 4px 0 8px; font-size: 20px; }
    h2 { margin: 14px 0 6px; font-size: 15px; font-weight: 600; color: #ffb38a; }
    div { display: grid; grid-template-columns: repeat(${columnCount}, ${size}px); gap: 8px; }
    figure { margin: 0; border-radius: 8px; overflow: hidden; background: #232529; }
    img { display: block; width: ${size}px; height: ${size}px; }
    figcaption { display: flex; justify-content: space-between; gap: 8px; padding: 6px 10px; white-space: nowrap; overflow: hidden; }
    small { color: #9aa0ab; font-size: 13px; line-height: 20px; }
  </style>${options.title ? `<h1>${text(options.title)}</h1>` : ""}${groups.map(section).join("")}`);
  return page.locator("body").screenshot({ type: "png" });
}
