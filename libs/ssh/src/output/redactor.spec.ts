import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Redactor } from './redactor.js';

function redact(secrets: string[], chunks: Buffer[]): string {
  const redactor = new Redactor(secrets);
  return Buffer.concat([...chunks.map((chunk) => redactor.push(chunk)), redactor.end()]).toString('latin1');
}

function cut(bytes: Buffer, places: number[]): Buffer[] {
  const at = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((one, other) => one - other);
  return [0, ...at].map((from, index) => bytes.subarray(from, at[index] ?? bytes.length));
}

const secret = fc.string({ minLength: 6, maxLength: 40 });
const around = fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes));

describe('Redactor', () => {
  it('gives the same, however the stream is cut', () => {
    fc.assert(fc.property(fc.array(secret, { maxLength: 4 }), fc.array(fc.oneof(around, secret.map((text) => Buffer.from(text)))), fc.array(fc.nat()), (secrets, parts, places) => {
      const bytes = Buffer.concat([...parts, ...secrets.map((text) => Buffer.from(text))]);
      expect(redact(secrets, cut(bytes, places))).toBe(redact(secrets, [bytes]));
    }));
  });

  it('lets no secret through in any form', () => {
    fc.assert(fc.property(secret, around, around, fc.array(fc.nat()), fc.constantFrom('utf8', 'base64', 'hex', 'url', 'json'), (text, before, after, places, form) => {
      const forms = { utf8: text, base64: Buffer.from(text).toString('base64').replace(/=+$/, ''), hex: Buffer.from(text).toString('hex'), url: encodeURIComponent(text), json: JSON.stringify(text).slice(1, -1) };
      const shown = Buffer.from(forms[form]);
      if (shown.length < 10) return;
      const out = redact([text], cut(Buffer.concat([before, shown, after]), places));
      expect(out).toContain('[redacted]');
    }));
  });

  it('finds a secret inside a longer base64 text', () => {
    for (const before of ['', 'a', 'ab', 'abc']) {
      const text = Buffer.from(`${before}hunter2-hunter2`).toString('base64');
      expect(redact(['hunter2-hunter2'], [Buffer.from(text)])).toContain('[redacted]');
    }
  });

  it('finds a secret in base64 that is wrapped into lines, however it is cut', () => {
    const wrap = (text: string, width: number, end: string) => text.replace(new RegExp(`(.{${width}})(?=.)`, 'g'), `$1${end}`);
    fc.assert(fc.property(fc.string({ minLength: 12, maxLength: 120 }), around, fc.constantFrom(16, 64, 76), fc.constantFrom('\n', '\r\n'), fc.array(fc.nat()), (text, before, width, end, places) => {
      const whole = Buffer.from(wrap(Buffer.concat([before, Buffer.from(text), before]).toString('base64'), width, end));
      const out = redact([text], cut(whole, places));
      expect(out).toContain('[redacted]');
      expect(out).toBe(redact([text], [whole]));
      const left = Buffer.from(out.replaceAll(/[\r\n]|\[redacted\]/g, ''), 'base64').toString('latin1');
      expect(left.includes(Buffer.from(text).toString('latin1'))).toBe(false);
    }));
  });

  it('finds a secret in JSON whose slashes are escaped', () => {
    expect(redact(['S3cr3t-va/lue+1"x\\y'], [Buffer.from('{"pw":"S3cr3t-va\\/lue+1\\"x\\\\y"}')])).toBe('{"pw":"[redacted]"}');
  });

  it('passes everything else on without a changed byte', () => {
    fc.assert(fc.property(fc.array(around), (chunks) => {
      expect(redact(['a secret that is not there'], chunks)).toBe(Buffer.concat(chunks).toString('latin1'));
    }));
  });

  it('hides the lines of a secret of many lines', () => {
    expect(redact(['-----BEGIN-----\nMIIabcdefgh12345\n-----END-----'], [Buffer.from('x MIIabcdefgh12345 y')])).toBe('x [redacted] y');
  });
});
