export { MongoDocuments } from './mongo-documents.js';
export { MongoJournal } from './mongo-journal.js';
export { openMongo, type MongoOptions, type MongoStores } from './open-mongo.js';
