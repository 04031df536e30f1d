// Opens the API's page in a browser as a developer would, authorizes, sends a request from it, and prints as JSON what is seen.
//   node docs-page.mjs <url of /docs> <access token>
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

const [url, token] = process.argv.slice(2);
const origin = new URL(url).origin;
const limit = 120_000;
const controlRoles = new Set([
  'button', 'link', 'textbox', 'searchbox', 'combobox', 'checkbox', 'radio', 'switch', 'slider', 'spinbutton', 'listbox', 'option',
  'tab', 'menuitem', 'treeitem',
]);

// Debian's Chromium, otherwise Google Chrome wherever it is installed. Root has no sandbox to start it in.
const place = existsSync('/usr/bin/chromium') ? { executablePath: '/usr/bin/chromium' } : { channel: 'chrome' };
const browser = await chromium.launch({ ...place, chromiumSandbox: process.getuid?.() !== 0, timeout: limit });
try {
  const page = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
  page.setDefaultTimeout(limit);
  const errors = [];
  const foreign = new Set();
  page.on('pageerror', error => errors.push(error.message));
  page.on('console', message => message.type() === 'error' && errors.push(message.text()));
  page.on('request', request => /^https?:/.test(request.url()) && new URL(request.url()).origin !== origin && foreign.add(request.url()));

  // The controls that assistive technology is told of, and those of them that it is told no name of.
  const unnamed = [];
  let controls = 0;
  const devtools = await page.context().newCDPSession(page);
  const look = async () => {
    // A page that is still being drawn has controls that get their names in a moment.
    for (const end = Date.now() + 10_000; ; await page.waitForTimeout(200)) {
      const { nodes } = await devtools.send('Accessibility.getFullAXTree');
      const found = nodes.filter(node => !node.ignored && controlRoles.has(node.role?.value));
      const nameless = found.filter(node => !node.name?.value?.trim());
      if (nameless.length > 0 && Date.now() < end) continue;
      controls += found.length;
      for (const node of nameless) {
        const { node: element } = await devtools.send('DOM.describeNode', { backendNodeId: node.backendDOMNodeId });
        unnamed.push({ role: node.role.value, element: element.localName, attributes: element.attributes });
      }
      return;
    }
  };

  await page.goto(url);
  await page.getByRole('textbox', { name: 'Bearer Token' }).fill(token);
  await page.getByRole('link', { name: /^Find opportunities/ }).click();
  const test = page.getByRole('button', { name: /^Test Request.*get \/api\/v1\/opportunities\b/i }).first();
  await test.waitFor();
  await look();
  await test.click();
  const dialog = page.getByRole('dialog');
  const answer = page.waitForResponse(response => new URL(response.url()).pathname === '/api/v1/opportunities');
  await dialog.getByRole('button', { name: /^Send/ }).first().click();
  const status = (await answer).status();
  await dialog.getByText('"items"').first().waitFor();
  const body = await dialog.innerText();
  await look();
  console.log(JSON.stringify({ status: String(status), body, controls, unnamed, errors, foreign: [...foreign] }));
} finally {
  await browser.close();
}
