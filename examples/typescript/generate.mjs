// Writes generated.ts from the schema and operations.graphql; with --check, fails if it is not what is there.
import { readFileSync, writeFileSync } from "node:fs";
import { codegen } from "@graphql-codegen/core";
import * as typedDocumentNode from "@graphql-codegen/typed-document-node";
import * as typescriptOperations from "@graphql-codegen/typescript-operations";
import { parse } from "graphql";

const at = (path) => new URL(path, import.meta.url);
const read = (path) => readFileSync(at(path), "utf8");

const generated = await codegen({
  filename: "generated.ts",
  schema: parse(read(process.env.SCHEMA ?? "../../schema.graphql")),
  documents: [{ location: "operations.graphql", document: parse(read("operations.graphql")) }],
  config: { useTypeImports: true, strictScalars: true, enumType: "string-literal", scalars: { DateTime: "string", Decimal: "string", JSON: "unknown" } },
  plugins: [{ operations: {} }, { documents: {} }],
  pluginMap: { operations: typescriptOperations, documents: typedDocumentNode },
});
const text = `// Made by \`npm run generate\`. Do not edit.\n${generated}\n`;

if (!process.argv.includes("--check")) writeFileSync(at("generated.ts"), text);
else if (read("generated.ts") !== text) {
  console.error("generated.ts is not what the schema and operations.graphql give: run `npm run generate`.");
  process.exitCode = 1;
}
