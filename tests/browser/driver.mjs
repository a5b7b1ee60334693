// Drives Debian's Chromium for the tests: reads one JSON question a line, writes one JSON answer a line.
// Labels, buttons and links are found as a screen reader finds them, so a page without them fails the test.

import { writeFile, readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const require = createRequire(import.meta.url);
const axe = await readFile(require.resolve('axe-core/axe.min.js'), 'utf8');
const patience = 60_000;

const browser = await chromium.launch({
  executablePath: process.env.SELDINGER_TEST_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--font-render-hinting=none'],
});
const pages = new Map();

async function page({ page: name, width, height, script }) {
  const context = await browser.newContext({
    viewport: { width, height },
    javaScriptEnabled: script,
    reducedMotion: 'reduce',
    locale: 'en-GB',
  });
  context.setDefaultTimeout(patience);
  const opened = await context.newPage();
  const window = { context, opened, complaints: [] };
  opened.on('console', (message) => {
    // An answer of 4xx to a page itself is what a test may be asking for; it judges the status.
    if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) {
      window.complaints.push(message.text());
    }
  });
  opened.on('pageerror', (error) => window.complaints.push(String(error)));
  opened.on('requestfailed', (request) => {
    if (request.failure()?.errorText !== 'net::ERR_ABORTED') {
      window.complaints.push(`${request.url()}: ${request.failure()?.errorText}`);
    }
  });
  pages.set(name, window);
  return {};
}

// Does something that leads to another document, and gives the status of what came.
async function leading(opened, act) {
  const answered = opened.waitForNavigation({ waitUntil: 'domcontentloaded', timeout: patience });
  answered.catch(() => {});
  await act();
  const response = await answered;
  return { status: response ? response.status() : 200, url: opened.url() };
}

// By accessible name first: the text of a label around a list holds its options too. Dates and passwords have no role.
const roles = ['textbox', 'combobox', 'spinbutton', 'searchbox', 'checkbox', 'radio', 'listbox'];
// A field that may stay empty says so in its label.
const named = (label) => new RegExp(`^${label.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}( if (any|known))?$`);
const labelled = (opened, label) =>
  roles
    .map((role) => opened.getByRole(role, { name: named(label) }))
    .reduce((found, one) => found.or(one), opened.getByLabel(named(label)))
    .first();
const button = (opened, name) => opened.getByRole('button', { name, exact: true }).first();

const operations = {
  open: async ({ opened }, { url }) => {
    const response = await opened.goto(url, { waitUntil: 'domcontentloaded' });
    return { status: response ? response.status() : 0, url: opened.url() };
  },
  fill: async ({ opened }, { label, value }) => {
    await labelled(opened, label).fill(value);
    return {};
  },
  // Where several forms of a page ask for the same: within the form of this button.
  fill_in: async ({ opened }, question) => {
    const form = opened.locator('form').filter({ has: button(opened, question.button) }).first();
    await form.getByRole('textbox', { name: named(question.label) }).first().fill(question.value);
    return {};
  },
  choose: async ({ opened }, { label, option }) => {
    await labelled(opened, label).selectOption({ label: option });
    return {};
  },
  tick: async ({ opened }, { label }) => {
    await labelled(opened, label).check();
    return {};
  },
  tick_all: async ({ opened }, question) => {
    const form = opened.locator('form').filter({ has: button(opened, question.button) }).first();
    const boxes = form.getByRole('checkbox');
    const count = await boxes.count();
    for (let at = 0; at < count; at += 1) await boxes.nth(at).check();
    return { count };
  },
  // One of several large exclusive choices, within the group that asks for it.
  pick: async ({ opened }, { group, option }) => {
    const asked = opened.getByRole('group', { name: group, exact: true }).first();
    await asked.getByRole('radio', { name: option, exact: true }).check();
    return {};
  },
  pick_all: async ({ opened }, question) => {
    const form = opened.locator('form').filter({ has: button(opened, question.button) }).first();
    const choices = form.getByRole('radio', { name: question.option, exact: true });
    const count = await choices.count();
    for (let at = 0; at < count; at += 1) await choices.nth(at).check();
    return { count };
  },
  press: async ({ opened }, question) =>
    leading(opened, () => button(opened, question.button).click()),
  follow: async ({ opened }, { link }) =>
    leading(opened, () => opened.getByRole('link', { name: link, exact: true }).first().click()),
  shows: async ({ opened }, { text }) => {
    await opened.getByText(text).first().waitFor({ state: 'visible' });
    return {};
  },
  text: async ({ opened }) => ({ text: await opened.locator('body').innerText() }),
  url: async ({ opened }) => ({ url: opened.url() }),
  links: async ({ opened }) => {
    const all = await opened.locator('a[href]').evaluateAll((links) => links.map((link) => link.href));
    const here = new URL(opened.url()).origin;
    const own = all.filter((link) => new URL(link).origin === here).map((link) => link.split('#')[0]);
    return { links: [...new Set(own)] };
  },
  fetch: async ({ context }, { url, file }) => {
    const response = await context.request.get(url, { maxRedirects: 0 });
    await writeFile(file, await response.body());
    return { status: response.status(), type: response.headers()['content-type'] ?? '' };
  },
  picture: async ({ opened }, { file }) => {
    await opened.screenshot({ path: file, fullPage: true, animations: 'disabled' });
    return {};
  },
  resize: async ({ opened }, { width, height }) => {
    await opened.setViewportSize({ width, height });
    return {};
  },
  width: async ({ opened }) => ({
    over: await opened.evaluate(() => document.documentElement.scrollWidth - window.innerWidth),
  }),
  axe: async ({ opened }) => {
    await opened.evaluate(axe);
    const result = await opened.evaluate(() =>
      window.axe.run(document, {
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
      }),
    );
    const violations = result.violations.map((found) => ({
      rule: found.id,
      impact: found.impact ?? '',
      help: found.help,
      places: found.nodes.slice(0, 5).map((node) => node.target.join(' ')),
    }));
    return { violations };
  },
  complaints: async (window) => {
    const complaints = window.complaints;
    window.complaints = [];
    return { complaints };
  },
};

async function answer(question) {
  if (question.op === 'page') return page(question);
  const window = pages.get(question.page);
  if (!window) throw new Error(`no page ${question.page}`);
  try {
    return await operations[question.op](window, question);
  } catch (error) {
    const shown = await window.opened.locator('body').innerText({ timeout: 1000 }).catch(() => '');
    throw new Error(`${error.message}\non ${window.opened.url()}:\n${shown.slice(0, 3000)}`);
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const question = JSON.parse(line);
  if (question.op === 'end') break;
  let said;
  try {
    said = await answer(question);
  } catch (error) {
    said = { error: error.message };
  }
  process.stdout.write(`${JSON.stringify(said)}\n`);
}
await browser.close();
process.exit(0);
