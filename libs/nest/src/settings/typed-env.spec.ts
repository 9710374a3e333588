import { describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setting, SettingsError, typedEnv } from './index.js';

const spec = {
  port: setting.port('EDGE_PORT', 8080),
  level: setting.choice('EDGE_LOG_LEVEL', ['debug', 'info'], { about: 'how much is logged', fallback: 'info' }),
  retention: setting.duration('EDGE_RETENTION', { about: 'how long ended actions are kept', fallback: 1 }),
  url: setting.optional(setting.url('EDGE_MONGO_URL', { about: 'where MongoDB is' })),
  token: setting.optional(setting.secret('EDGE_TOKEN', { about: 'the token' })),
};

describe('typedEnv', () => {
  it('reads what is given and falls back for the rest', () => {
    expect(typedEnv({ EDGE_PORT: '0', EDGE_RETENTION: '2d' }, spec)).toEqual({ port: 0, level: 'info', retention: 172_800_000, url: undefined, token: undefined });
  });

  it('says everything that is wrong at once, each with name, fault and example', () => {
    const read = () => typedEnv({ EDGE_PORT: 'http', EDGE_LOG_LEVEL: 'loud', EDGE_MONGO_URL: 'mongo' }, { ...spec, host: setting.text('EDGE_HOST', { about: 'where to listen', example: '127.0.0.1' }) });
    expect(read).toThrow(SettingsError);
    expect(read).toThrow([
      'EDGE_PORT "http" is no whole number from 0 to 65535. The port to listen on; 0 takes a free one; example: EDGE_PORT=8080',
      'EDGE_LOG_LEVEL "loud" is none of debug, info. How much is logged; example: EDGE_LOG_LEVEL=debug',
      'EDGE_MONGO_URL "mongo" is no URL. Where MongoDB is; example: EDGE_MONGO_URL=http://127.0.0.1:8080',
      'EDGE_HOST is missing. Where to listen; example: EDGE_HOST=127.0.0.1',
    ].join('\n'));
  });

  it('takes a secret from a file and refuses both', () => {
    const folder = mkdtempSync(join(tmpdir(), 'edge-env-'));
    const file = join(folder, 'token');
    writeFileSync(file, 'from-file\n');
    expect(typedEnv({ EDGE_TOKEN_FILE: file }, spec).token).toBe('from-file');
    expect(() => typedEnv({ EDGE_TOKEN_FILE: file, EDGE_TOKEN: 'x' }, spec)).toThrow(/both set/);
    expect(() => typedEnv({ EDGE_TOKEN_FILE: join(folder, 'none') }, spec)).toThrow(/ENOENT/);
    rmSync(folder, { recursive: true });
  });
});
