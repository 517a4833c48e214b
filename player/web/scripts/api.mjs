// Writes src/api/schema.d.ts from the review API's OpenAPI document; with --check it only says whether the file is stale.
import { readFile, writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";

const source = new URL("../../../docs/reference/openapi-review.json", import.meta.url);
const types = new URL("../src/api/schema.d.ts", import.meta.url);

const document = JSON.parse(await readFile(source, "utf8"));
// Operations are told apart by path and method; their ids are names of handlers, which repeat from file to file.
for (const path of Object.values(document.paths)) {
  for (const operation of Object.values(path)) delete operation.operationId;
}

const head = "// Generated from docs/reference/openapi-review.json by `npm run api`.\n\n";
const fresh = head + astToString(await openapiTS(document, { alphabetize: true }));

if (process.argv.includes("--check")) {
  const kept = await readFile(types, "utf8").catch(() => "");
  if (kept !== fresh) {
    console.error("src/api/schema.d.ts is stale: run `npm run api` in player/web and commit it");
    process.exit(1);
  }
} else {
  await writeFile(types, fresh);
}
