import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { noBrowser } from './browser.js';
import { withConsole } from './console-world.js';

const reason = noBrowser();
const describeBrowser = reason ? describe.skip : describe;

describeBrowser(`the output of an action in the console${reason ? ` (${reason})` : ''}`, () => {
  const world = withConsole();
  const log = () => world.page.locator('.log > div > :last-child').allInnerTexts();
  const statusIs = (status: string) => world.page.locator('.head .status', { hasText: status }).waitFor();
  const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => String(from + index));

  async function open(command: string, { after = 0 } = {}): Promise<string> {
    const { action_id: id } = await world.edge.client().post<{ action_id: string }>('/api/v1/commands', { hosts: ['web-01'], command, space: 'demo' });
    await sleep(after);
    await world.page.goto(`${world.edge.address().url}/actions/${id}`);
    return id;
  }

  async function indexed(id: string, last: string): Promise<void> {
    for (;;) {
      const { items } = await world.edge.client().get<{ items: { text: string }[] }>(`/api/v1/actions/${id}/logs`, { query: { newest: true, limit: 1 } });
      if (items[0]?.text === last) return;
      await sleep(50);
    }
  }

  it('ends with the last line however long it is, and goes back page by page', async () => {
    await indexed(await open('seq 1 2500'), '2500');
    await statusIs('completed');
    await world.page.reload();
    await world.page.locator('.earlier', { hasText: '1,500 earlier lines are not shown here' }).waitFor();
    expect(await log()).toEqual(numbers(1501, 2500));
    await world.page.getByRole('button', { name: 'Show earlier' }).click();
    await world.page.locator('.output header', { hasText: '2,000 lines' }).waitFor();
    await world.page.getByRole('button', { name: 'Show earlier' }).click();
    await world.page.locator('.output header', { hasText: '2,500 lines' }).waitFor();
    expect([await log(), await world.page.locator('.earlier').count()]).toEqual([numbers(1, 2500), 0]);
  }, 60_000);

  it('is a text of its own behind a link', async () => {
    const [text] = await Promise.all([world.browser.context.waitForEvent('page'), world.page.getByRole('link', { name: 'All as text' }).click()]);
    await text.waitForLoadState();
    const lines = (await text.locator('body').innerText()).trim().split('\n');
    expect([lines.length, lines.at(-1)]).toEqual([2500, expect.stringMatching(/ web-01 .* stdout 2500$/)]);
    await text.close();
  }, 60_000);

  it('comes once the log index is there, and says what keeps it until then', async () => {
    await world.page.route('**/logs?*', (route) => route.fulfill({ status: 503, json: { detail: 'The log index is not there yet.' } }));
    await world.page.reload();
    await world.page.getByRole('alert').filter({ hasText: 'The log index is not there yet.' }).waitFor();
    await world.page.unroute('**/logs?*');
    await world.page.locator('.log').getByText('2500').waitFor();
    expect([await world.page.getByRole('alert').count(), await world.page.locator('article.lost').count()]).toEqual([0, 0]);
  }, 60_000);

  it('comes in whole lines, and says how many of them no longer fit', async () => {
    await open("seq 1 6000; printf 'one '; sleep 1; printf 'two '; sleep 5; echo three");
    await world.page.locator('.log').getByText(/one two $/).waitFor();
    expect(await world.page.locator('.head .status').innerText()).toBe('running');
    await statusIs('completed');
    expect(await log()).toEqual([...numbers(1002, 6000), 'one two three']);
    expect(await world.page.locator('.earlier').innerText()).toMatch(/^1,001 earlier lines are not shown here/);
    await world.page.getByRole('button', { name: 'Show earlier' }).click();
    await world.page.locator('.earlier', { hasText: /^1 earlier line is not shown here/ }).waitFor();
    expect((await log())[0]).toBe('2');
  }, 60_000);

  it('is in its order, too, where the page comes late to it', async () => {
    const id = await open('seq 1 300000; sleep 6; echo end', { after: 4_000 });
    await world.page.locator('.log').getByText('300000').waitFor();
    await statusIs('completed');
    await world.page.locator('.log').getByText('end').waitFor();
    expect([await log(), await world.page.locator('.gap').count()]).toEqual([[...numbers(295_002, 300_000), 'end'], 0]);
    await indexed(id, 'end');
  }, 60_000);

  it('has every line once after Edge was killed', async () => {
    await open("for n in 1 2 3 4 5 6 7 8; do printf \"line $n\"; sleep 0.5; echo ' ends'; sleep 0.5; done");
    await world.page.locator('.log').getByText('line 2').waitFor();
    await world.edge.end('SIGKILL');
    await world.page.locator('article.lost [role=alert]', { hasText: 'Edge does not answer' }).waitFor();
    await world.edge.start();
    await statusIs('completed');
    expect(await world.page.getByRole('alert').count()).toBe(0);
    expect(await log()).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((n) => `line ${n} ends`));
  }, 60_000);
});
