import { describe, expect, it } from '@jest/globals';
import type { PolicyDocument } from '@edge/contracts';
import { KnownVerdicts } from './known-verdicts.js';

describe('KnownVerdicts', () => {
  it('asks once for a text and a user as long as the rules are the same list', () => {
    const asked: string[] = [];
    const verdicts = new KnownVerdicts((text, { runAs = '' }) => {
      asked.push(`${text}/${runAs}`);
      return { verdict: text === 'reboot' ? 'deny' : 'allow', rule: '', detail: '' };
    });
    const [rules, later]: PolicyDocument[][] = [[], []];
    const questions = [['uptime', rules], ['uptime', rules], ['reboot', rules], ['reboot', rules], ['uptime', later]] as const;
    expect(questions.map(([text, given]) => verdicts.of(text, { rules: given! }).verdict)).toEqual(['allow', 'allow', 'deny', 'deny', 'allow']);
    verdicts.of('uptime', { runAs: 'root', rules: rules! });
    expect(asked).toEqual(['uptime/', 'reboot/', 'uptime/', 'uptime/root']);
  });
});
