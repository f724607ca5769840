// Role: judges an OpenAPI document by the rules in redocly.yaml, with the linter that Redocly's command line
// runs, called as a library: nothing of it asks the network. Ends with 1 if there is a single finding.
// lint.mjs DOCUMENT
import { fileURLToPath } from "node:url";

import { formatProblems, getTotals, lint, loadConfig } from "@redocly/openapi-core";

const [document] = process.argv.slice(2);
const config = await loadConfig({ configPath: fileURLToPath(new URL("redocly.yaml", import.meta.url)) });
const problems = await lint({ ref: document, config });
const totals = getTotals(problems);
formatProblems(problems, { format: "stylish", totals, version: "1.34", maxProblems: 100 });
console.log(`${totals.errors} errors, ${totals.warnings} warnings, ${totals.ignored} ignored`);
process.exitCode = problems.length > 0 ? 1 : 0;
