import { describe, expect, it } from '@jest/globals';
import { checkCommand } from './check-command.js';
import { anyText, randomFrom } from './testing/fuzz-inputs.js';
import { hostileInputs } from './testing/hostile-inputs.js';
import { limits } from './walk/scene.js';

/** More of them by hand: `EDGE_TEST_INPUTS=1000000`. */
const inputs = Number(process.env.EDGE_TEST_INPUTS ?? 50_000);

describe('checkCommand under fire', () => {
  it(`answers ${inputs} random inputs within its bounds`, () => {
    const random = randomFrom(20_261_125);
    const seen = new Set<string>();
    for (let count = 0; count < inputs; count += 1) {
      const text = anyText(random);
      const { verdict, span } = checkCommand(text);
      seen.add(verdict);
      if (!(span[0] >= 0 && span[0] <= span[1] && span[1] <= text.length)) throw new Error(`A span outside of the text: ${JSON.stringify({ text, span })}`);
    }
    expect([...seen].sort()).toEqual(['allow', 'approve', 'deny']);
  }, Math.max(300_000, inputs * 2));

  it.each(Object.entries(hostileInputs))('answers 64 KiB of %s', (_name, text) => {
    expect(text.length).toBeLessThanOrEqual(limits.bytes);
    expect(checkCommand(text)).toMatchObject({ verdict: expect.stringMatching(/^(?:allow|approve|deny)$/) });
  }, 60_000);

  it('does not trust what base64 cannot read', () => {
    expect(checkCommand('echo a | base64 -d | sh')).toMatchObject({ verdict: 'deny', rule: 'pipe-to-shell' });
  });

  it('refuses what is longer', () => {
    expect(checkCommand(`echo ${'a'.repeat(limits.bytes)}`)).toMatchObject({ verdict: 'deny', rule: 'too-long' });
  });
});
