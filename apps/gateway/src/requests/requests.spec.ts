import { describe, expect, it } from '@jest/globals';
import { filled, matches } from './match-trigger.js';
import { readEvent } from './read-event.js';

const cdEvent = {
  context: { version: '0.5.0', id: 'e-1', source: '/ci/booking', type: 'dev.cdevents.artifact.published.0.3.0', timestamp: '2026-11-25T10:00:00Z' },
  subject: { id: 'pkg:generic/booking@app-42.tar.gz', type: 'artifact', content: { version: 'app-42.tar.gz', size: 7 } },
};
const binary = { headers: { CE_id: 'e-1', ce_type: cdEvent.context.type, ce_source: '/ci/booking', ce_specversion: '1.0' }, value: JSON.stringify(cdEvent) };

describe('readEvent', () => {
  it('reads CloudEvents in both modes, and bare CDEvents', () => {
    const said = { id: 'e-1', type: cdEvent.context.type, source: '/ci/booking' };
    expect(readEvent(binary)).toEqual({ ...said, specversion: '1.0', data: cdEvent });
    expect(readEvent({ headers: { 'content-type': 'application/cloudevents+json' }, value: JSON.stringify({ specversion: '1.0', ...said, data: { a: 1 } }) })).toEqual({ specversion: '1.0', ...said, data: { a: 1 } });
    expect(readEvent({ headers: {}, value: JSON.stringify(cdEvent) })).toMatchObject({ ...said, data: cdEvent });
  });

  it.each([
    ['{', {}, 'The event is not JSON'],
    ['[]', {}, 'neither a CloudEvent nor a CDEvent'],
    ['{"specversion": "1.0", "id": "x"}', {}, 'The event has no type, source.'],
    ['{}', { ce_id: '', ce_type: 't' }, 'The event has no id, source.'],
  ])('says why %s %j is none', (value, headers, why) => {
    expect(() => readEvent({ headers: headers as Record<string, string>, value })).toThrow(why);
  });
});

describe('a trigger', () => {
  const event = readEvent(binary);

  it.each([
    [{ type: 'dev.cdevents.artifact.published.*', 'data.subject.id': 'pkg:*/booking*' }, true],
    [{ type: 'dev.cdevents.artifact.published.*', 'data.subject.id': 'pkg:*/search*' }, false],
    [{ 'data.subject.content.size': '7' }, true],
    [{ 'data.subject.nothing': '*' }, false],
    [{ type: 'dev.cdevents.artifact.published.0.3.' }, false],
    [{ 'data.subject.constructor.name': '*' }, false],
    [{}, false],
  ])('%j fits: %s', (match, fits) => expect(matches({ match: match as Record<string, string> }, event)).toBe(fits));

  it('starts with what the event says', () => {
    expect(filled({ project: 'booking', type: 'deploy', version: '{data.subject.content.version}', config: { from: ['{source}', 3] } }, event)).toEqual({ project: 'booking', type: 'deploy', version: 'app-42.tar.gz', config: { from: ['/ci/booking', 3] } });
  });

  it('starts nothing with a hole in it', () => {
    expect(() => filled({ project: 'booking', type: 'deploy', version: '{data.version}' }, event)).toThrow('The event has no "data.version".');
  });
});
