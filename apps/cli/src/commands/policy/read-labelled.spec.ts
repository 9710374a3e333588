import { describe, expect, it } from '@jest/globals';
import { checkCommand } from '@edge/command-policy';
import { pointedAt } from './check-subcommand.js';
import { readLabelled } from './read-labelled.js';
import { wrongOf } from './test-subcommand.js';

describe('labelled commands', () => {
  it('are read from lines, from YAML and from JSON', () => {
    expect(readLabelled('a', '# ours\n\nallow: systemctl restart shop\nrefused: reboot # now\n')).toEqual([{ expect: 'allow', command: 'systemctl restart shop' }, { expect: 'refused', command: 'reboot # now' }]);
    expect(readLabelled('a', '# ours\n- {command: reboot, expect: deny, rule: power}\n')).toEqual([{ command: 'reboot', expect: 'deny', rule: 'power' }]);
    expect(readLabelled('a', '[{"command":"id","expect":"allow","run_as":"app"}]')).toEqual([{ command: 'id', expect: 'allow', run_as: 'app' }]);
  });

  it('name the place that cannot be read', () => {
    expect(() => readLabelled('a.txt', 'allow: id\nreboot')).toThrow('a.txt:2');
    expect(() => readLabelled('a.yaml', '- {command: id, expect: perhaps}')).toThrow('item 1: expect is one of');
    expect(() => readLabelled('a.yaml', '- {expect: allow}')).toThrow('item 1 has no command');
  });

  it('are wrong when the verdict or its rule is another', async () => {
    const list = readLabelled('a', '[{"command":"reboot","expect":"deny","rule":"power"},{"command":"reboot","expect":"refused"},{"command":"id","expect":"allow"},{"command":"reboot","expect":"deny","rule":"firewall"},{"command":"id","expect":"refused"}]');
    const wrong = await wrongOf(list, ({ command }) => Promise.resolve(checkCommand(command)));
    expect(wrong).toMatchObject([{ command: 'reboot', expect: 'deny by firewall', rule: 'power' }, { command: 'id', expect: 'refused', verdict: 'allow' }]);
  });
});

describe('the place of a verdict', () => {
  it('is underlined in its line', () => {
    expect(pointedAt('cd /\nsudo reboot; ls', [5, 16])).toEqual(['sudo reboot; ls', '^^^^^^^^^^^']);
    expect(pointedAt('a; b', [3, 4])).toEqual(['a; b', '   ^']);
  });
});
