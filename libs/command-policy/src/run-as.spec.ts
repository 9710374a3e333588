import { describe, expect, it } from '@jest/globals';
import { checkCommand } from './check-command.js';

const verdictAs = (runAs: string | undefined, text: string) => { const { verdict, rule } = checkCommand(text, runAs === undefined ? {} : { runAs }); return rule === '' ? verdict : `${verdict} ${rule}`; };

describe('who a command runs as', () => {
  it.each([
    ['root', 'rm -rf ~/shop'], ['root', 'rm -rf "$HOME/shop"'], ['root', 'cd && rm -rf shop'], ['mysql', 'rm -rf ~/shop'], ['postgres', 'rm -rf $HOME/14'],
  ])('decides whose home folder ~ is: %s, %s', (runAs, text) => {
    expect(verdictAs(runAs, text)).toBe('deny rm-system');
    expect(verdictAs('app', text)).toBe('allow');
    expect(verdictAs(undefined, text)).toBe('allow');
  });

  it('is no excuse: what a user may not do is judged all the same', () => {
    for (const runAs of ['nobody', 'app', 'root']) expect(verdictAs(runAs, 'rm -rf /etc')).toBe('deny rm-system');
  });

  it.each(['sudo systemctl restart shop', 'sudo -u root id', 'su - other -c id', 'runuser -u other -- id', 'doas id', "sh -c 'sudo id'", 'gosu other id'])('is not changed to somebody else without a second person: %s', (text) => {
    expect(verdictAs('app', text)).toBe('approve run-as');
    expect(verdictAs('root', text)).toBe('allow');
    expect(verdictAs(undefined, text)).toBe('allow');
  });

  it('may be said again', () => {
    for (const text of ['sudo -u app id', 'su app -c id', 'sudo --user=app -- id']) expect(verdictAs('app', text)).toBe('allow');
  });
});

describe('links that a command makes', () => {
  it.each(['ln -s / /tmp/x; rm -rf /tmp/x/', 'ln -s /etc l && rm -rf l/*', 'ln -s / r; cd r && rm -rf *', 'ln -s /etc/passwd p; echo x > p', 'ln -s /etc a; ln -s a b; chmod -R 777 b', 'ln -s /dev/sda d; dd if=x of=d', "sh -c 'ln -s /usr u'; sudo ln -s /usr u; rm -rf u/bin"])('are followed: %s', (text) => {
    expect(checkCommand(text).verdict).toBe('deny');
  });

  it.each(['ln -s /etc l; rm l', 'ln -sfn /opt/shop/releases/9 /opt/shop/current; rm -rf /opt/shop/current/tmp', 'ln -s / r; rm r; mkdir r; rm -rf r/a', 'ln -sfn "$RELEASE" /opt/shop/current; chown -R app /opt/shop/current'])('are not what they lead to: %s', (text) => {
    expect(checkCommand(text).verdict).toBe('allow');
  });
});
