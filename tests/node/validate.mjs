// Runs the Khronos glTF validator on files and prints, as JSON, an array of
// { file, errors, warnings, messages: [{ code, severity, pointer, message }] }.
//
//     node validate.mjs FILE...

import { readFile } from "node:fs/promises";
import path from "node:path";
import validator from "gltf-validator";

const SEVERITY = ["error", "warning", "information", "hint"];

async function validate(file) {
  const folder = path.dirname(file);
  const report = await validator.validateBytes(new Uint8Array(await readFile(file)), {
    uri: path.basename(file),
    maxIssues: 0,
    externalResourceFunction: async (uri) =>
      new Uint8Array(await readFile(path.join(folder, decodeURIComponent(uri)))),
  });
  return {
    file,
    errors: report.issues.numErrors,
    warnings: report.issues.numWarnings,
    messages: report.issues.messages.map(({ code, severity, pointer, message }) => ({
      code,
      severity: SEVERITY[severity],
      pointer,
      message,
    })),
  };
}

const reports = [];
for (const file of process.argv.slice(2)) {
  reports.push(await validate(file));
}
console.log(JSON.stringify(reports, null, 1));
