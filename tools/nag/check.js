// Runs cdk-nag's AwsSolutions rules over every template of a synthesized app, and fails on what accepted.json does not accept.
//   node check.js ../../cdk.out
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, Aspects, Stack } from "aws-cdk-lib";
import { CfnInclude } from "aws-cdk-lib/cloudformation-include";
import { AwsSolutionsChecks } from "cdk-nag";

const directory = process.argv[2] ?? "../../cdk.out";
const accepted = JSON.parse(readFileSync(new URL("accepted.json", import.meta.url)));
const work = mkdtempSync(join(tmpdir(), "nag-"));
const app = new App({ outdir: join(work, "out") });
// The manifest says what this synthesis made; the folder may hold templates of another.
const { artifacts } = JSON.parse(readFileSync(join(directory, "manifest.json")));
const templates = Object.values(artifacts)
  .filter(({ type }) => type === "aws:cloudformation:stack")
  .map(({ properties }) => properties.templateFile);

for (const name of templates) {
  // The parts that a stack adds to itself again when a template is included into it; cdk-nag looks at resources only.
  const { Transform, Rules, Parameters, ...template } = JSON.parse(readFileSync(join(directory, name)));
  const copy = join(work, name);
  writeFileSync(copy, JSON.stringify(template));
  new CfnInclude(new Stack(app, name.replace(".template.json", "")), "Template", { templateFile: copy });
}

const found = [];
const failed = [];
const report = (data, list, text) => list.push({ rule: data.ruleId, finding: data.findingId ?? "", resource: data.resource.node.path, text });
const nothing = () => {};
const logger = {
  onCompliance: nothing,
  onSuppressed: nothing,
  onSuppressedError: nothing,
  onNotApplicable: nothing,
  onNonCompliance: (data) => report(data, found, data.ruleInfo),
  onError: (data) => report(data, failed, data.errorMessage),
};
// The pack's own logger would print each finding as an error, the accepted ones too.
const pack = new AwsSolutionsChecks({ reports: false, additionalLoggers: [logger] });
pack.loggers = [logger];
Aspects.of(app).add(pack);
app.synth();

const fits = (entry, { rule, resource, finding }) =>
  entry.rule === rule && new RegExp(entry.resource).test(resource) && new RegExp(entry.finding ?? "").test(finding);
const open = found.filter((finding) => !accepted.some((entry) => fits(entry, finding)));
for (const { rule, finding, resource, text } of [...open, ...failed]) console.error(`${rule} ${finding} ${resource}: ${text}`);
console.log(`${templates.length} templates, ${found.length} findings, ${found.length - open.length} accepted, ${open.length} open, ${failed.length} rules failed`);
process.exit(templates.length > 0 && open.length + failed.length === 0 ? 0 : 1);
