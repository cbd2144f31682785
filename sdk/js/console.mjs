// Puts the built SDK where the console's playground loads it; with --check it fails when that one is not what is built.
import { readFileSync, writeFileSync } from "node:fs";

const file = "../../console/src/main/resources/static/vendor/attune.js";
const built = readFileSync("dist/attune.js", "utf8");

if (!process.argv.includes("--check")) {
  writeFileSync(file, built);
} else if (readFileSync(file, "utf8") !== built) {
  console.error(`${file} is not this SDK: run npm run console.`);
  process.exit(1);
}
