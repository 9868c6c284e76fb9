// Tests a preview page with several takes in headless Chromium and prints, as JSON, { skipped } or
// { faults: [...] }: whether buttons and digits switch between the takes and keep the time.
//
//     node preview_takes.mjs PAGE.html EXPECTED.json
//
// EXPECTED: { takes: [{ label, poses: [{ time, weights: { node: { target: weight } } }] }] }

import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { launchBrowser, missingBrowser } from "./browser.mjs";

const [file, expectedFile] = process.argv.slice(2);
const expected = JSON.parse(await readFile(expectedFile, "utf8"));
const faults = [];
const check = (holds, fault) => holds || faults.push(fault);

const missing = missingBrowser();
if (missing) {
  console.log(JSON.stringify({ skipped: missing }));
  process.exit(0);
}

const browser = await launchBrowser();
try {
  const page = await browser.newPage({ viewport: { width: 640, height: 480 } });
  // On a busy machine, software WebGL takes up to a minute to compile the first shaders.
  page.setDefaultTimeout(180_000);
  page.on("pageerror", (error) => faults.push(`page: ${error.message}`));
  await page.goto(pathToFileURL(file).href);
  await page.evaluate(() => window.metaface.ready);
  await labelsEveryTake(page);
  await switchesWhilePaused(page);
  await switchesWhilePlaying(page);
} catch (error) {
  faults.push(error.stack);
} finally {
  await browser.close();
}
console.log(JSON.stringify({ faults }));

async function labelsEveryTake(page) {
  const labels = expected.takes.map(({ label }) => label);
  const known = await page.evaluate(() => metaface.takes);
  check(String(known) === String(labels), `the takes are ${known}`);
  const buttons = await page.locator("#takes button").allTextContents();
  const expectedButtons = labels.map((label, index) => `${index + 1}${label}`);
  check(String(buttons) === String(expectedButtons), `the buttons are ${buttons}`);
}

async function switchesWhilePaused(page) {
  for (const { index, actions, poses } of takes()) {
    for (const { time, weights } of poses) {
      for (const action of actions) {
        await page.evaluate(([time, other]) => {
          metaface.choose(other);
          return metaface.seek(time);
        }, [time, (index + 1) % expected.takes.length]);
        await action(page);
        const shown = await page.evaluate(() => ({
          take: metaface.take,
          time: metaface.currentTime,
          posedAt: metaface.posedAt,
          parts: metaface.weights(),
        }));
        const where = `take ${index + 1} at ${time} s`;
        check(shown.take === index, `${where}: take ${shown.take + 1} is shown`);
        check(shown.time === time && shown.posedAt === time, `${where}: the time became ${shown.time}, ${shown.posedAt} s`);
        for (const part of shown.parts) {
          for (const [target, weight] of Object.entries(weights[part.node] ?? {})) {
            const value = part.weights[target];
            check(Math.abs(value - weight) <= 1e-5, `${where}: ${part.node}.${target} is ${value}, not ${weight}`);
          }
        }
      }
    }
    const pressed = await page.locator('#takes [aria-pressed="true"]').allTextContents();
    check(pressed.length === 1 && pressed[0].startsWith(`${index + 1}`), `pressed: ${pressed}`);
  }
}

/** The takes, each with the actions that choose it. */
function takes() {
  return expected.takes.map(({ poses }, index) => ({
    index,
    poses,
    actions: [
      (page) => page.keyboard.press(String(index + 1)),
      (page) => page.locator("#takes button").nth(index).click(),
    ],
  }));
}

async function switchesWhilePlaying(page) {
  await page.evaluate(() => metaface.seek(0.2));
  await page.evaluate(() => metaface.play());
  await page.waitForFunction(() => metaface.currentTime > 0.3);
  const result = await page.evaluate(() => {
    const before = metaface.currentTime;
    metaface.choose(0);
    metaface.choose(1);
    return { before, after: metaface.currentTime, playing: metaface.playing, take: metaface.take };
  });
  const kept = result.playing && result.take === 1 && result.after >= result.before && result.after < result.before + 1;
  check(kept, `switched while playing: ${JSON.stringify(result)}`);
}
