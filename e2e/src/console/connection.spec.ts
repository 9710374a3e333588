import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { noBrowser } from './browser.js';
import { printedLink, withConsole } from './console-world.js';

const reason = noBrowser();
const describeBrowser = reason ? describe.skip : describe;

describeBrowser(`the console when Edge or the session goes${reason ? ` (${reason})` : ''}`, () => {
  const world = withConsole();
  const run = (command: string) => world.edge.client().post<{ action_id: string }>('/api/v1/commands', { hosts: ['web-01'], command, space: 'demo' });
  const list = () => world.page.goto(world.edge.address().url);
  const newest = (status: string) => world.page.locator('tbody tr').first().locator('.status', { hasText: status }).waitFor();

  it('is signed in, too, in the second tab that opens the link', async () => {
    const second = await world.browser.context.newPage();
    await second.goto(await printedLink(world.edge));
    expect(await second.locator('.who').innerText()).toBe('Administrator');
    await second.close();
  }, 60_000);

  it('lists what happened while Edge was away', async () => {
    await list();
    await run('sleep 2');
    await newest('running');
    await world.edge.end('SIGKILL');
    await world.page.getByRole('alert').filter({ hasText: 'Edge does not answer' }).waitFor();
    expect(await world.page.locator('tbody tr').count()).toBe(1);
    await sleep(2_000);
    await world.edge.start();
    await newest('completed');
    expect(await world.page.getByRole('alert').count()).toBe(0);
  }, 60_000);

  it('opens a page that was asked for while Edge was away once Edge is back', async () => {
    const { action_id: id } = await run('echo here');
    await world.page.locator('tbody tr').nth(1).waitFor();
    await newest('completed');
    await world.edge.end('SIGKILL');
    await world.page.locator(`a[href="/actions/${id}"]`).click();
    await world.page.getByRole('alert').filter({ hasText: 'Edge does not answer' }).waitFor();
    await world.edge.start();
    await world.page.locator('.log').getByText('here').waitFor();
    expect(await world.page.getByRole('alert').count()).toBe(0);
  }, 60_000);

  it('drops what was refused once it is no longer so', async () => {
    const { action_id: id } = await run('sleep 3');
    await world.page.goto(`${world.edge.address().url}/actions/${id}`);
    await world.page.locator('.status.running').waitFor();
    await world.page.route('**/cancel', (route) => route.abort());
    await world.page.getByRole('button', { name: 'Cancel' }).click();
    await world.page.getByRole('alert').filter({ hasText: 'Edge does not answer' }).waitFor();
    await world.page.locator('.head .status.completed').waitFor();
    expect(await world.page.getByRole('alert').count()).toBe(0);
    await world.page.unroute('**/cancel');
  }, 60_000);

  it('asks to sign in when the session has ended, and goes on where it was', async () => {
    const { action_id: id } = await run('sleep 1; echo on');
    await world.page.goto(`${world.edge.address().url}/actions/${id}`);
    await world.page.locator('.status.running').waitFor();
    await world.page.evaluate(() => fetch('/api/v1/session', { method: 'DELETE' }));
    await world.page.getByRole('alert').filter({ hasText: 'You are no longer signed in' }).waitFor();
    await world.page.getByLabel('Token').fill(world.edge.address().token);
    await world.page.getByRole('button', { name: 'Sign in' }).click();
    await world.page.locator('.log').getByText('on', { exact: true }).waitFor();
  }, 60_000);

  it('asks to sign in on a page that nothing happens on, too', async () => {
    await list();
    await world.page.locator('tbody tr').first().waitFor();
    await world.page.evaluate(() => fetch('/api/v1/session', { method: 'DELETE' }));
    await world.edge.end('SIGTERM');
    await world.edge.start();
    await world.page.getByRole('alert').filter({ hasText: 'You are no longer signed in' }).waitFor();
  }, 60_000);
});
