import { describe, expect, it } from '@jest/globals';
import { connect } from './connect.js';

const env = { dataFolders: [], color: false };

describe('connect', () => {
  it.each(['nonsense', '127.0.0.1:8080', 'localhost:8080', 'ftp://edge', '/tmp/edge'])('says that EDGE_URL %s is no address, and what one looks like', async (url) => {
    await expect(connect({ ...env, url })).rejects.toThrow(`EDGE_URL "${url}" is no address, for example http://127.0.0.1:8080.`);
  });

  it('takes the address that EDGE_URL names', async () => {
    expect(await connect({ ...env, url: 'https://edge.example.org' })).toMatchObject({ url: 'https://edge.example.org' });
  });
});
