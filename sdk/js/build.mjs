// Builds the ES module, the script-tag build and the type declarations, and holds the size budget.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const BUDGET_BYTES = 7000;
const shared = { bundle: true, minify: true, target: "es2020", entryPoints: ["src/index.ts"], legalComments: "none" };

await build({ ...shared, format: "esm", outfile: "dist/attune.js" });
// set by hand: esbuild's own way to name what a module exports takes some 200 bytes more
const script = 'import { createAttune } from "./src/index"; globalThis.Attune = { createAttune };';
const stdin = { contents: script, resolveDir: "." };
await build({ ...shared, entryPoints: [], stdin, format: "iife", outfile: "dist/attune.min.js" });
execFileSync("node_modules/.bin/tsc", ["--declaration", "--emitDeclarationOnly", "--outDir", "dist"], { stdio: "inherit" });

for (const file of ["dist/attune.js", "dist/attune.min.js"]) {
  const size = gzipSync(readFileSync(file), { level: 9 }).length;
  console.log(`${file}: ${size} bytes gzip of ${BUDGET_BYTES}`);
  if (size > BUDGET_BYTES) {
    console.error(`${file} is over its budget`);
    process.exitCode = 1;
  }
}
const digest = createHash("sha384").update(readFileSync("dist/attune.min.js")).digest("base64");
console.log(`dist/attune.min.js: integrity="sha384-${digest}"`);
