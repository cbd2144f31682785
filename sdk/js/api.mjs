// Writes API.md from the exported types and their comments; with --check it fails when API.md is old.
import { readFileSync, writeFileSync } from "node:fs";
import ts from "typescript";

const sources = ["src/index.ts", "src/types.ts", "src/schema.ts"];
const exported = (node) => ts.canHaveModifiers(node) && ts.getModifiers(node)?.some((m) => m.kind === ts.SyntaxKind.ExportKeyword);
const comment = (node) =>
  ts
    .getJSDocCommentsAndTags(node)
    .map((doc) => (typeof doc.comment === "string" ? doc.comment : ""))
    .join(" ")
    .replace(/\s+/g, " ");
const oneLine = (text) => text.replace(/\s*\/\*\*[\s\S]*?\*\/\s*/g, " ").replace(/\s+/g, " ").replace(/^\| /, "").trim();
const cell = (text) => text.replace(/\|/g, "\\|");

function members(node, source) {
  const rows = node.members.map((member) => {
    const signature = oneLine(member.getText(source).replace(/;$/, "").replace(/^readonly /, ""));
    return `| \`${cell(signature)}\` | ${cell(comment(member))} |`;
  });
  return ["| member | |", "|---|---|", ...rows].join("\n");
}

/** A union's branches, where they have comments of their own. */
function branches(node, source) {
  const text = source.text.slice(node.pos, node.end);
  const rows = [...text.matchAll(/\/\*\*\s*(.*?)\s*\*\/\s*\|\s*("[^"]+")/g)].map(([, why, value]) => `| \`${value}\` | ${why} |`);
  return rows.length > 0 ? ["| value | |", "|---|---|", ...rows].join("\n") : `\`${oneLine(node.type.getText(source))}\``;
}

function section(node, source) {
  if (!exported(node)) return [];
  if (ts.isFunctionDeclaration(node)) {
    const signature = source.text.slice(node.getStart(source), node.body.pos).replace(/^export /, "").trim();
    return [`## ${node.name.text}`, comment(node), "```ts\n" + signature + "\n```"];
  }
  if (ts.isInterfaceDeclaration(node)) return [`## ${node.name.text}`, comment(node), members(node, source)];
  if (ts.isTypeAliasDeclaration(node)) return [`## ${node.name.text}`, comment(node), branches(node, source)];
  return [];
}

const parts = sources.flatMap((file) => {
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.ES2020, true);
  return source.statements.flatMap((node) => section(node, source));
});
const page =
  ["# API of the browser SDK", "Made from the types by `npm run api`.", ...parts].filter((part) => part !== "").join("\n\n") + "\n";

if (!process.argv.includes("--check")) {
  writeFileSync("API.md", page);
} else if (readFileSync("API.md", "utf8") !== page) {
  console.error("API.md is older than the types; npm run api writes it anew");
  process.exit(1);
}
