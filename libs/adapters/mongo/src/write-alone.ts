import { randomUUID } from 'node:crypto';
import type { Write } from '@edge/ports';
import { documentsOf, type Database } from './database.js';
import { isDuplicate } from './mongo-failure.js';
import type { SettledDocuments } from './settled-documents.js';
import { contentOf } from './stored-document.js';

/** One write by one change of MongoDB. */
export class WriteAlone {
  constructor(private readonly database: Database, private readonly settled: SettledDocuments) {}

  /** Answers the write if its version did not hold. */
  async run(write: Write): Promise<Write | undefined> {
    for (;;) {
      const version = write.ifVersion ?? (await this.versionOf(write));
      if (await this.change(write, version)) return undefined;
      if (write.ifVersion !== undefined && (await this.versionOf(write)) !== version) return write;
    }
  }

  private async versionOf({ collection, id }: Write): Promise<number> {
    return (await this.settled.free(collection, id))?.v ?? 0;
  }

  /** True if the document was at this version and is changed now. */
  private async change(write: Write, version: number): Promise<boolean> {
    const token = randomUUID();
    try {
      return await this.send(write, { version, token });
    } catch (error) {
      if (write.document !== null && (await this.hasLanded(write, token))) return true;
      throw error;
    }
  }

  private async send({ collection, id, document }: Write, { version, token }: { version: number; token: string }): Promise<boolean> {
    const documents = documentsOf(this.database, collection);
    const at = { _id: id, v: version, t: '' };
    if (document === null && version === 0) return (await this.settled.free(collection, id)) === undefined;
    if (document === null) return (await documents.deleteOne(at)).deletedCount === 1;
    const content = contentOf(collection, document);
    if (version > 0) return (await documents.updateOne(at, { $set: { ...content, v: version + 1, w: token } })).modifiedCount === 1;
    return documents.insertOne({ ...at, v: 1, w: token, ...content }).then(() => true, (error: unknown) => {
      if (isDuplicate(error)) return false;
      throw error;
    });
  }

  /** An error does not mean "not written": our own token in the document proves that it was. */
  private async hasLanded({ collection, id }: Write, token: string): Promise<boolean> {
    const found = await documentsOf(this.database, collection).findOne({ _id: id }).catch(() => null);
    return found?.w === token;
  }
}
