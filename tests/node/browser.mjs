// Starts a headless Chromium with software WebGL: METAFACE_CHROMIUM, by default Debian's.

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

/** The reason why the browser is missing, or null. */
export function missingBrowser() {
  return existsSync(PROGRAM) ? null : `no Chromium at ${PROGRAM}; set METAFACE_CHROMIUM to its path`;
}

export function launchBrowser() {
  return chromium.launch({ executablePath: PROGRAM, args: ARGUMENTS });
}
