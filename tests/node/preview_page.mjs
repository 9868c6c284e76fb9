// Tests a preview page in headless Chromium and prints, as JSON, { skipped } or { faults: [...] }:
// whether it draws, seeks, steps, plays in sync with its sound, and does not use the network.
//
//     node preview_page.mjs PAGE.html EXPECTED.json
//
// EXPECTED: { rate: [30, 1], frameCount, duration, sound: true,
//             poses: [{ time, weights: { node: { target: weight } } }] }

import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { launchBrowser, missingBrowser } from "./browser.mjs";

const [file, expectedFile] = process.argv.slice(2);
const expected = JSON.parse(await readFile(expectedFile, "utf8"));
const frameTime = expected.rate[1] / expected.rate[0];
const faults = [];
const check = (holds, fault) => holds || faults.push(fault);
const near = (a, b, tolerance) => Math.abs(a - b) <= tolerance;

const missing = missingBrowser();
if (missing) {
  console.log(JSON.stringify({ skipped: missing }));
  process.exit(0);
}
// In milliseconds. On a busy machine, software WebGL takes up to a minute to compile the first shaders.
const TIMEOUT = 180_000;

const browser = await launchBrowser();
try {
  const page = await openPage("");
  await draws(page);
  await seeks(page);
  await steps(page);
  await scrubs(page);
  await plays(page);
  await stopsAtTheEnd(page);
  await loops(page);
  await loopsASection(page);
  await showsOnlyTheFace();
} catch (error) {
  faults.push(error.stack);
} finally {
  await browser.close();
}
console.log(JSON.stringify({ faults }));

async function openPage(hash) {
  const page = await browser.newPage({ viewport: { width: 480, height: 420 } });
  page.setDefaultTimeout(TIMEOUT);
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => faults.push(`page: ${error.message}`));
  page.on("request", (request) => {
    if (!/^(file|data|blob):/.test(request.url())) faults.push(`the page requested ${request.url()}`);
  });
  // Records when and where sounds are started, independently of the player.
  await page.addInitScript(() => {
    const start = AudioBufferSourceNode.prototype.start;
    AudioBufferSourceNode.prototype.start = function (when = 0, offset = 0) {
      window.lastStart = { context: this.context, when, offset };
      return start.call(this, when, offset);
    };
  });
  await page.goto(pathToFileURL(file).href + hash);
  await page.evaluate(() => window.metaface.ready);
  const notice = await page.textContent("#notices");
  check(notice === "", `the page shows a notice: ${notice}`);
  return page;
}

/** The stage's pixels on the screen. */
async function pixels(page) {
  const box = await page.locator("#stage").boundingBox();
  const png = (await page.screenshot({ clip: box })).toString("base64");
  return page.evaluate(async (png) => {
    const bitmap = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob());
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
    context.drawImage(bitmap, 0, 0);
    return [...new Uint32Array(context.getImageData(0, 0, bitmap.width, bitmap.height).data.buffer)];
  }, png);
}

async function draws(page) {
  const [first, second] = expected.poses;
  await page.evaluate((time) => metaface.seek(time), first.time);
  const before = await pixels(page);
  await page.evaluate((time) => metaface.seek(time), second.time);
  const after = await pixels(page);
  check(new Set(before).size > 64, `the stage shows ${new Set(before).size} colours`);
  const changed = before.filter((pixel, i) => pixel !== after[i]).length;
  check(changed > 100, `${changed} pixels differ between two poses`);
}

async function seeks(page) {
  const duration = await page.evaluate(() => metaface.duration);
  check(near(duration, expected.duration, 1e-3), `the duration is ${duration} s, not ${expected.duration} s`);
  for (const { time, weights } of expected.poses) {
    const parts = await page.evaluate(async (time) => {
      await metaface.seek(time);
      return metaface.weights();
    }, time);
    for (const [node, targets] of Object.entries(weights)) {
      const shown = parts.filter((part) => part.node === node);
      check(shown.length > 0, `no part of ${node} is drawn`);
      for (const part of shown) {
        for (const [target, weight] of Object.entries(targets)) {
          const value = part.weights[target];
          check(near(value, weight, 1e-5), `${node}.${target} at ${time} s: ${value}, not ${weight}`);
        }
      }
    }
  }
}

async function steps(page) {
  const wrong = await page.evaluate(
    async ({ frameTime, frameCount }) => {
      const wrong = [];
      for (let frame = 0; frame < frameCount; frame += 11) {
        await metaface.seek(frame * frameTime);
        if (metaface.frame !== frame) wrong.push([frame, metaface.frame]);
      }
      await metaface.seek(0);
      return wrong;
    },
    { frameTime, frameCount: expected.frameCount },
  );
  check(wrong.length === 0, `[frame sought, frame shown]: ${JSON.stringify(wrong.slice(0, 5))}`);
  for (const [key, frame] of [["ArrowRight", 1], ["ArrowRight", 2], ["ArrowLeft", 1], ["Shift+ArrowRight", 11], ["Home", 0], ["End", expected.frameCount - 1]]) {
    await page.keyboard.press(key);
    const at = await page.evaluate(() => [metaface.frame, metaface.currentTime]);
    check(at[0] === frame && near(at[1], frame * frameTime, 1e-9), `${key} seeks to frame and time ${at}, not to frame ${frame}`);
  }
}

async function scrubs(page) {
  const track = await page.locator(".ruler .track").boundingBox();
  await page.mouse.click(track.x + track.width / 4, track.y + track.height / 2);
  const time = await page.evaluate(() => metaface.currentTime);
  check(near(time, expected.duration / 4, expected.duration / 100), `a click at a quarter seeks to ${time} s`);
}

/** Pauses and seeks, so that each part starts in the same state on slow machines, too. */
async function pauseAt(page, seconds) {
  await page.evaluate((seconds) => {
    metaface.pause();
    return metaface.seek(seconds);
  }, seconds);
}

async function plays(page) {
  await pauseAt(page, 0);
  await page.keyboard.press("Space");
  await page.waitForFunction(() => metaface.currentTime > 0, undefined, { timeout: TIMEOUT });
  const samples = await page.evaluate(
    () =>
      new Promise((resolve) => {
        const samples = [];
        const begin = performance.now();
        const sample = () => {
          const { context, when, offset } = window.lastStart ?? {};
          samples.push({
            wall: (performance.now() - begin) / 1000,
            time: metaface.currentTime,
            face: metaface.posedAt,
            sound: context ? context.currentTime - when + offset : null,
            latency: context?.outputLatency ?? 0,
          });
          // A slow machine may draw its first picture only after this time; one sample is not enough.
          if (performance.now() - begin < 900 || samples.length < 4) requestAnimationFrame(sample);
          else resolve(samples);
        };
        requestAnimationFrame(sample);
      }),
  );
  const [first, last] = [samples[0], samples.at(-1)];
  const advanced = last.time - first.time;
  const wall = last.wall - first.wall;
  check(near(advanced, wall, 0.12), `the clock advanced ${advanced} s in ${wall} s`);
  // On slow machines, too: each picture shows a time between the previous picture and now.
  const posed = samples.slice(1).every(({ time, face }, index) => face >= samples[index].time && face <= time);
  check(posed, `the face does not keep up: ${samples.map(({ time, face }) => `${face} at ${time}`)}`);
  if (expected.sound) {
    check(last.sound !== null, "no sound was started");
    const apart = median(samples.map(({ sound, time, latency }) => Math.abs(sound - latency - time)));
    check(apart <= frameTime, `clock and sound are ${apart} s apart`);
  }
  await page.keyboard.press("Space");
  if (last.time === expected.duration) return;
  const paused = await page.evaluate(async () => {
    const before = metaface.currentTime;
    await new Promise((resolve) => setTimeout(resolve, 150));
    return [before, metaface.currentTime, metaface.playing];
  });
  check(paused[0] === paused[1] && !paused[2], `still playing after pause: ${paused}`);
}

async function stopsAtTheEnd(page) {
  await pauseAt(page, expected.duration - 0.1);
  await page.keyboard.press("Space");
  await page.waitForFunction(() => !metaface.playing, undefined, { timeout: TIMEOUT });
  const end = await page.evaluate(() => [metaface.currentTime, metaface.posedAt, metaface.duration]);
  check(end[0] === end[2] && end[1] === end[2], `at the end: ${end}`);
}

async function loops(page) {
  await pauseAt(page, expected.duration - 0.15);
  await page.keyboard.press("l");
  await page.keyboard.press("Space");
  await page.waitForFunction(() => metaface.currentTime < metaface.duration / 2, undefined, { timeout: TIMEOUT });
  check(await page.evaluate(() => metaface.playing), "the loop stopped");
  await page.keyboard.press("Space");
}

async function loopsASection(page) {
  const track = await page.locator(".wave .track, .ruler .track").last().boundingBox();
  const [from, to] = [0.3, 0.4];
  const y = track.y + track.height / 2;
  await pauseAt(page, 0);
  await page.keyboard.down("Shift");
  await page.mouse.move(track.x + from * track.width, y);
  await page.mouse.down();
  await page.mouse.move(track.x + to * track.width, y, { steps: 4 });
  await page.mouse.up();
  await page.keyboard.up("Shift");
  await page.keyboard.press("Space");
  const times = await page.evaluate(async () => {
    const times = [];
    const wrapped = () => times.some((time, i) => time < times[i - 1]);
    for (let i = 0; i < 300 && !wrapped(); i++) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      times.push(metaface.currentTime / metaface.duration);
    }
    return times;
  });
  const inside = times.every((share) => share > from - 0.01 && share < to + 0.01);
  const wrapped = times.some((share, i) => share < times[i - 1]);
  check(inside && wrapped, `looping ${from} to ${to} of the clip: ${times}`);
  await page.keyboard.press("Space");
  await page.keyboard.press("Escape");
}

async function showsOnlyTheFace() {
  const { time } = expected.poses[1];
  const page = await openPage(`#t=${time}&chrome=off&view=mouth`);
  const view = await page.evaluate(() => ({
    time: metaface.currentTime,
    height: document.getElementById("stage").clientHeight === innerHeight,
    dock: getComputedStyle(document.getElementById("dock")).display,
    known: metaface.camera("front") && !metaface.camera("from nowhere"),
  }));
  check(near(view.time, time, 1e-9) && view.height && view.dock === "none" && view.known, `page without controls: ${JSON.stringify(view)}`);
}

function median(values) {
  return values.sort((a, b) => a - b)[values.length >> 1];
}
