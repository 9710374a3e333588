import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { demoFolder, removeFolder, runningVersions } from '../embedded/demo-data.js';
import { EdgeProcess } from '../embedded/edge-process.js';
import { type Browser, noBrowser, openBrowser } from './browser.js';
import { printedLink } from './console-world.js';

const reason = noBrowser();
const describeBrowser = reason ? describe.skip : describe;

interface Started { action_id: string; status: string }

describeBrowser(`the console in a real browser${reason ? ` (${reason})` : ''}`, () => {
  let data: string;
  let edge: EdgeProcess;
  let browser: Browser;
  let page: Page;
  const faults: string[] = [];

  beforeAll(async () => {
    data = await demoFolder();
    edge = await new EdgeProcess({ data, args: ['--demo'] }).start();
    browser = await openBrowser();
    page = await watched(browser);
  }, 120_000);

  afterAll(async () => {
    await browser.close();
    await edge.end('SIGINT');
    await removeFolder(data);
  }, 60_000);

  async function watched({ context }: Browser): Promise<Page> {
    const opened = await context.newPage();
    opened.on('pageerror', (error) => faults.push(String(error)));
    opened.on('console', (message) => { if (message.type() === 'error' && !/status of 401/.test(message.text())) faults.push(message.text()); });
    return opened;
  }

  const start = (type: string, body: object) => edge.client().post<Started>(`/space/demo/shop/${type}/`, body);
  const statusIs = (status: string) => page.locator('.head .status', { hasText: status }).waitFor();
  const rows = () => page.locator('table.actions tbody tr').allInnerTexts();

  it('signs in by the printed link, and takes the code out of the address', async () => {
    await page.goto(await printedLink(edge));
    await page.getByText('No action yet').waitFor();
    expect({ url: page.url(), who: await page.locator('.who').innerText() }).toEqual({ url: `${edge.address().url}/`, who: 'Administrator' });
    expect((await browser.context.cookies()).map(({ httpOnly, sameSite }) => ({ httpOnly, sameSite }))).toEqual([{ httpOnly: true, sameSite: 'Strict' }]);
  }, 60_000);

  it('takes a code once, and then asks for a token', async () => {
    const other = await openBrowser();
    const second = await watched(other);
    await second.goto(await printedLink(edge));
    await second.getByLabel('Token').fill('wrong');
    await second.getByRole('button', { name: 'Sign in' }).click();
    await second.getByRole('alert').waitFor();
    await second.getByLabel('Token').fill(edge.address().token);
    await second.getByRole('button', { name: 'Sign in' }).click();
    await second.getByText('No action yet').waitFor();
    await other.close();
  }, 60_000);

  it('lists actions as they come, without being loaded again', async () => {
    const { action_id: id } = await start('restart', { servers: ['web-04'], user: 'asha', countdown: 0 });
    await page.locator('.status.completed').waitFor();
    expect((await rows())[0]).toMatch(/^demo\/shop\s+restart\s+completed\s+1\s+asha\s+/);
    await page.locator('tbody a').first().click();
    await statusIs('completed');
    expect(page.url()).toBe(`${edge.address().url}/actions/${id}`);
    await page.getByText('shop stopped').waitFor();
    await page.goBack();
    await page.getByRole('heading', { name: 'Actions' }).waitFor();
  }, 60_000);

  it('shows the log of a running deploy live, host by host, to its end', async () => {
    await start('deploy', { version: 'shop-2.tar.gz', countdown: 0 });
    await page.locator('.status.running').waitFor();
    await page.locator('tbody a').first().click();
    await page.locator('.log').getByText(/shop shop-2 listens on port/).first().waitFor();
    expect(await page.locator('.head .status').innerText()).toBe('running');
    await statusIs('completed');
    await expectText('.progress', /12 of 12 hosts/);
    expect(await page.locator('.host.succeeded').count()).toBe(12);
    await page.getByRole('button', { name: /web-07/ }).click();
    const hosts = await page.locator('.log .of:not(.step)').allInnerTexts();
    expect([new Set(hosts), hosts.length]).toEqual([new Set(['web-07']), 3]);
    expect((await runningVersions(data))['web-07']).toBe('shop-2');
  }, 120_000);

  it('has every line of the log again after being loaded again', async () => {
    await page.reload();
    await expectText('.output header', /36 lines/);
    expect(await page.locator('.log > div').count()).toBe(36);
  }, 60_000);

  it('cancels an action, and shows why it ended', async () => {
    const { action_id: id } = await start('restart', { countdown: 600 });
    await page.goto(`${edge.address().url}/actions/${id}`);
    await statusIs('counting-down');
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    await statusIs('cancelled');
    await page.getByText(/cancelled in the console/).first().waitFor();
    expect(await page.getByRole('button', { name: 'Cancel', exact: true }).count()).toBe(0);
  }, 60_000);

  it('shows which host failed, where and why', async () => {
    const { action_id: id } = await start('deploy', { version: 'shop-bad.tar.gz', servers: ['web-02', 'web-03'], countdown: 0 });
    await page.goto(`${edge.address().url}/actions/${id}`);
    await statusIs('failed');
    expect(await page.locator('.host.failed').allInnerTexts()).toEqual([expect.stringMatching(/^web-02\s+check checksum$/)]);
    await page.getByText(/0 of 2 hosts succeeded; web-02: check checksum/).first().waitFor();
    await page.locator('.log .stderr').first().waitFor();
  }, 60_000);

  it('fits a telephone', async () => {
    const { action_id: id } = await start('restart', { servers: ['web-01', 'web-02', 'web-03'], countdown: 0 });
    await page.setViewportSize({ width: 390, height: 800 });
    const beyond = () => page.locator('.card').evaluateAll((cards) => cards.map((card) => card.scrollWidth - card.clientWidth));
    await page.goto(`${edge.address().url}/actions/${id}`);
    await statusIs('completed');
    const ofAction = await beyond();
    await page.goto(edge.address().url);
    await page.locator('table.actions tbody tr').first().waitFor();
    expect({ action: ofAction, list: await beyond() }).toEqual({ action: [0], list: [0] });
    await page.setViewportSize({ width: 1280, height: 860 });
  }, 60_000);

  it('keeps its form around the longest names', async () => {
    await page.route('**/api/v1/actions?*', async (route) => {
      const response = await route.fetch();
      const { items } = (await response.json()) as { items: object[] };
      await route.fulfill({ response, json: { items: items.map((item) => ({ ...item, project: 'p'.repeat(63), user: 'u'.repeat(63), type: 't'.repeat(63) })) } });
    });
    await page.goto(edge.address().url);
    await page.locator('table.actions tbody tr').first().waitFor();
    for (const width of [1280, 360]) {
      await page.setViewportSize({ width, height: 800 });
      expect(await page.locator('.card').evaluate((card) => card.scrollWidth - card.clientWidth)).toBe(0);
    }
    await page.unroute('**/api/v1/actions?*');
    await page.setViewportSize({ width: 1280, height: 860 });
  }, 60_000);

  it('says so when there is no such action, and no script failed on any page', async () => {
    await page.goto(`${edge.address().url}/actions/nothing`);
    expect(await page.getByRole('alert').innerText()).toMatch(/There is no action "nothing"/);
    expect(faults.filter((fault) => !/404/.test(fault))).toEqual([]);
  }, 60_000);

  async function expectText(selector: string, says: RegExp): Promise<void> {
    await page.locator(selector, { hasText: says }).waitFor();
  }
});
