// Writes src/schema.ts from the OpenAPI documents of the gateway and the response API; with --check it fails when
// src/schema.ts is old.
import { readFileSync, writeFileSync } from "node:fs";

const file = "src/schema.ts";
const schemas = (path) => JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8")).components.schemas;
const event = schemas("../../ingest-gateway/src/main/resources/openapi.json").Event.properties;
const responses = schemas("../../response-api/src/main/resources/openapi.json");
const replies = ["ReplyBody", "QuickReply", "Handoff", "Intent", "Model", "ReplyFreshness", "UserBody", "Prediction"];

const comment = (schema, indent) => (schema.description ? `${indent}/** ${schema.description} */\n` : "");
const union = (values) => values.map((value) => JSON.stringify(value)).join(" | ");

function type(schema) {
  if (schema.$ref) return schema.$ref.slice(schema.$ref.lastIndexOf("/") + 1);
  if (schema.enum) return union(schema.enum);
  if (schema.anyOf) return schema.anyOf.map(type).join(" | ");
  if (Array.isArray(schema.type)) return schema.type.map((one) => type({ ...schema, type: one })).join(" | ");
  if (schema.type === "array") return `readonly ${type(schema.items)}[]`;
  if (schema.type === "object" && schema.properties) return `{ ${members(schema, "").join(" ")} }`;
  if (schema.type === "object") return `Readonly<Record<string, ${type(schema.additionalProperties)}>>`;
  if (schema.type === "integer") return "number";
  return ["string", "number", "boolean", "null"].includes(schema.type) ? schema.type : "unknown";
}

function members(schema, modifier) {
  const required = schema.required ?? [];
  return Object.entries(schema.properties).map(([name, each]) => `${modifier}${name}${required.includes(name) ? "" : "?"}: ${type(each)};`);
}

/** A body that is read: one member a line, with its comment. Members whose types are not exported are left out. */
function body(name) {
  const known = Object.entries(responses[name].properties).filter(([, each]) => !each.$ref || replies.includes(type(each)));
  const schema = { ...responses[name], properties: Object.fromEntries(known) };
  const lines = members(schema, "readonly ").map((line, i) => comment(known[i][1], "  ") + `  ${line}\n`);
  return `export interface ${name} {\n${lines.join("")}}\n`;
}

const details = event.type.enum.map((name) => `  ${name}: ${type(event[name])};\n`).join("");
const text = `// Written by schema.mjs from the OpenAPI documents of the services; npm test compares it with them.

/** Where an event came from. */
export type Channel = ${type(event.channel)};

/** The detail record of every event type that a client may send. */
export interface EventDetails {
${details}}

${replies.map(body).join("\n")}`;

if (!process.argv.includes("--check")) {
  writeFileSync(file, text);
} else if (readFileSync(file, "utf8") !== text) {
  console.error(`${file} is not what the services' documents say: run npm run schema.`);
  process.exit(1);
}
