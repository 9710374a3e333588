import { describe, expect, it } from '@jest/globals';
import { exitResult, resultOfWords } from './host-result.js';

describe('what a host says about an end', () => {
  it('is an exit code, or the signal that a shell spells as 128 + n (ksh: 256 + n)', () => {
    expect(exitResult(0)).toEqual({ outcome: 'exited', cause: 'exit', code: 0 });
    expect(exitResult(255)).toEqual({ outcome: 'exited', cause: 'exit', code: 255 });
    expect(exitResult(137)).toEqual({ outcome: 'signalled', cause: 'signal', signal: 'KILL' });
    expect(exitResult(271)).toEqual({ outcome: 'signalled', cause: 'signal', signal: 'TERM' });
  });

  const table: [string, object][] = [
    ['done 7 - - sent', { outcome: 'exited', code: 7 }],
    ['done 143 cancelled dead sent', { outcome: 'cancelled', cause: 'cancelled' }],
    ['done - cancelled alive:12,13 sent', { outcome: 'cancelled', cause: 'cancel-unconfirmed', detail: 'Still alive on the host: processes 12, 13.' }],
    ['done 143 deadline dead sent', { outcome: 'timed-out', cause: 'deadline' }],
    ['done - deadline - sent', { outcome: 'timed-out', cause: 'deadline', detail: 'Its end could not be proven.' }],
    ['done - gone - sent', { outcome: 'lost', cause: 'supervisor-gone' }],
    ['done - reboot - sent', { outcome: 'lost', cause: 'host-rebooted' }],
    ['done sudo - - sent', { outcome: 'not-started', cause: 'sudo-refused', detail: 'sudo said nothing.' }],
    ['done sudo - - sent wrong', { outcome: 'not-started', cause: 'sudo-refused', detail: 'sudo did not take the password; it was tried once.' }],
    ['done sudo - - sent sudo: unknown user app', { cause: 'sudo-refused', detail: 'sudo said: "sudo: unknown user app"' }],
    ['failed full', { outcome: 'not-started', cause: 'disk-full' }],
    ['failed home mkdir: no', { outcome: 'not-started', cause: 'home-unwritable', detail: 'mkdir: no' }],
    ['missing', { outcome: 'lost', cause: 'record-missing' }],
    ['cancelled', { outcome: 'cancelled', cause: 'cancelled' }],
  ];
  it.each(table)('"%s" is one outcome with its cause', (words, result) => {
    expect(resultOfWords(words.split(' '))).toMatchObject(result);
  });
});
