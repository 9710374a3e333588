import { busContract, documentsContract, journalContract } from '../contracts/index.js';
import { MemoryBus } from './memory-bus.js';
import { MemoryDocuments } from './memory-documents.js';
import { MemoryJournal } from './memory-journal.js';

const opened = <T extends { close(): Promise<void> }>(store: T) => async () => ({ store, dispose: () => store.close() });

busContract('memory', opened(new MemoryBus()));
documentsContract('memory', opened(new MemoryDocuments()));
journalContract('memory', opened(new MemoryJournal()));
