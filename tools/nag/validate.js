// Checks every template of a synthesized app against AWS' own resource schemas and rules, offline, and fails on errors and on warnings that are
// not accepted here.
//   node validate.js ../../cdk.out
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

// The CDK's library brings the validator along.
const require = createRequire(createRequire(import.meta.url).resolve("aws-cdk-lib"));
const { CompositeEngine, TemplateFile } = require("@aws/cloudformation-validate");

const accepted = {
  W3005: "The CDK says dependencies that references say already.",
  W9013: "The account of Elastic Load Balancing, which writes the access logs.",
};

const directory = process.argv[2] ?? "../../cdk.out";
const { artifacts } = JSON.parse(readFileSync(join(directory, "manifest.json")));
const templates = Object.values(artifacts)
  .filter(({ type }) => type === "aws:cloudformation:stack")
  .map(({ properties }) => join(directory, properties.templateFile));

const engine = new CompositeEngine();
const rules = engine.listRules().length;
let looked = 0;
const open = [];
for (const template of templates) {
  const { diagnostics } = engine.validateTemplate(new TemplateFile(template));
  looked += diagnostics.length;
  // What is only informed of, such as that a property cannot be changed in place, is no finding.
  open.push(...diagnostics.filter(({ severity, ruleId }) => severity !== "INFO" && !(ruleId in accepted)).map((found) => ({ template, ...found })));
}
engine.free();
for (const { template, severity, ruleId, entity, propertyPath, message } of open)
  console.error(`${severity} ${ruleId} ${template} ${entity?.logicalId ?? ""} ${propertyPath ?? ""}: ${message}`);
console.log(`${templates.length} templates, ${rules} rules, ${looked} remarks, ${open.length} open`);
process.exit(templates.length > 0 && open.length === 0 ? 0 : 1);
