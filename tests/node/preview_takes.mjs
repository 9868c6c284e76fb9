// Opens a preview page of several takes in headless Chromium and prints, as JSON, { skipped } or
// { faults: [...] }: whether buttons and digits switch between the takes and keep the moment.
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
  // Software WebGL on a busy machine compiles its first shaders for a minute.
  page.setDefaultTimeout(180_000);
  page.on("pageerror", (error) => faults.push(`page: ${error.message}`));
  await page.goto(pathToFileURL(file).href);
  await page.evaluate(() => window.metaface.ready);
  await namesEveryTake(page);
  await switchesWhileItRests(page);
  await switchesWhileItPlays(page);
} catch (error) {
  faults.push(error.stack);
} finally {
  await browser.close();
}
console.log(JSON.stringify({ faults }));

async function namesEveryTake(page) {
  const labels = expected.takes.map(({ label }) => label);
  const known = await page.evaluate(() => metaface.takes);
  check(String(known) === String(labels), `the takes are ${known}`);
  const buttons = await page.locator("#takes button").allTextContents();
  const wanted = labels.map((label, index) => `${index + 1}${label}`);
  check(String(buttons) === String(wanted), `the buttons say ${buttons}`);
}

async function switchesWhileItRests(page) {
  for (const { index, ways, poses } of takes()) {
    for (const { time, weights } of poses) {
      for (const way of ways) {
        await page.evaluate(([time, other]) => {
          metaface.choose(other);
          return metaface.seek(time);
        }, [time, (index + 1) % expected.takes.length]);
        await way(page);
        const shown = await page.evaluate(() => ({
          take: metaface.take,
          time: metaface.currentTime,
          posedAt: metaface.posedAt,
          parts: metaface.weights(),
        }));
        const where = `take ${index + 1} at ${time} s`;
        check(shown.take === index, `${where}: take ${shown.take + 1} is shown`);
        check(shown.time === time && shown.posedAt === time, `${where}: the moment became ${shown.time}, ${shown.posedAt} s`);
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

/** The takes, each with the ways in which a user chooses it. */
function takes() {
  return expected.takes.map(({ poses }, index) => ({
    index,
    poses,
    ways: [
      (page) => page.keyboard.press(String(index + 1)),
      (page) => page.locator("#takes button").nth(index).click(),
    ],
  }));
}

async function switchesWhileItPlays(page) {
  await page.evaluate(() => metaface.seek(0.2));
  await page.evaluate(() => metaface.play());
  await page.waitForFunction(() => metaface.currentTime > 0.3);
  const seen = await page.evaluate(() => {
    const before = metaface.currentTime;
    metaface.choose(0);
    metaface.choose(1);
    return { before, after: metaface.currentTime, playing: metaface.playing, take: metaface.take };
  });
  const kept = seen.playing && seen.take === 1 && seen.after >= seen.before && seen.after < seen.before + 1;
  check(kept, `switched while it played: ${JSON.stringify(seen)}`);
}
