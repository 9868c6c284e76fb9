// Writes a picture of a whole preview page, with its buttons and curves.
//
//     node page_picture.mjs PAGE.html -o PICTURE.png [--size 1200x900] [--at t=1.2&take=2]
//
// --at is the fragment of the page's address, after the #.

import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { launchBrowser, missingBrowser } from "./browser.mjs";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    output: { type: "string", short: "o" },
    size: { type: "string", default: "1200x900" },
    at: { type: "string", default: "" },
  },
});
const [file] = positionals;
const fail = (reason) => {
  console.error(`page_picture: ${reason}`);
  process.exit(2);
};
if (!file || !options.output) fail("give a preview page and -o PICTURE.png");
const [width, height] = options.size.split("x").map(Number);
if (!(width > 0 && height > 0)) fail("--size takes WIDTHxHEIGHT in pixels");
const missing = missingBrowser();
if (missing) fail(missing);

const browser = await launchBrowser();
try {
  const page = await browser.newPage({ viewport: { width, height } });
  // On a busy machine, software WebGL takes up to a minute to compile the first shaders.
  page.setDefaultTimeout(180_000);
  await page.goto(`${pathToFileURL(file).href}#${options.at}`);
  await page.evaluate(() => window.metaface.ready);
  await page.screenshot({ type: "png", path: options.output });
} finally {
  await browser.close();
}
