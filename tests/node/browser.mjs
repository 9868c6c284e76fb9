// A headless Chromium with software WebGL: METAFACE_CHROMIUM, or Debian's.

import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

const PROGRAM = process.env.METAFACE_CHROMIUM ?? "/usr/bin/chromium";

const ARGUMENTS = [
  "--headless",
  "--no-sandbox",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--use-angle=swiftshader",
  "--enable-unsafe-swiftshader",
];

/** Why there is no browser, or null if there is one. */
export function missingBrowser() {
  return existsSync(PROGRAM) ? null : `no Chromium at ${PROGRAM}; METAFACE_CHROMIUM names another`;
}

export function launchBrowser() {
  return chromium.launch({ executablePath: PROGRAM, args: ARGUMENTS });
}
