import { describe, expect, it } from '@jest/globals';
import ssh2 from 'ssh2';
import { ChannelRefused, Connection } from './connection.js';

describe('a connection', () => {
  it('that broke without a word yet refuses channels, and is known to be gone (L4)', async () => {
    const connection = new Connection(new ssh2.Client());
    connection.channels = 1;
    await expect(connection.exec('true', 1_000)).rejects.toBeInstanceOf(ChannelRefused);
    expect([connection.channels, connection.ended]).toEqual([0, 'Not connected']);
  });
});
