import { configurationId, type Documents as Kinds, EdgeError, errors, type Finding, type GrantDocument, isObject, type JsonObject, type Kind, kinds, pointerTo } from '@edge/contracts';
import { type BodyClass, bodyClasses, checkBody } from '@edge/contracts/messages';
import type { Proposal } from '../writer/config-writer.js';
import { grantId } from './grant-id.js';

/** Documents with their `kind`, as `edge apply` sends them, into proposals. @throws EdgeError with every finding of every document */
export function readDocuments(documents: JsonObject[]): Proposal[] {
  const findings: Finding[] = [];
  const proposals = documents.flatMap((document, index) => {
    const read = readDocument(document, pointerTo('documents', index));
    if (!Array.isArray(read)) return [read];
    findings.push(...read);
    return [];
  });
  findings.push(...twice(proposals));
  if (findings.length > 0) throw new EdgeError('invalid', findings.length === 1 ? `${findings[0]!.pointer}: ${findings[0]!.detail}` : `${findings.length} things are wrong with the documents.`, findings);
  return proposals;
}

function readDocument(document: JsonObject, at: string): Proposal | Finding[] {
  const { kind, ...body } = document;
  if (!isKind(kind)) return [{ pointer: `${at}/kind`, detail: kind === undefined ? 'kind is missing.' : `${JSON.stringify(kind)} is no kind.`, remedy: `Kinds: ${kinds.join(', ')}; for example {"kind": "Project", "space": …, "name": …, "environment": …, "config": {…}}.` }];
  const checked = checkBody(bodyClasses[`${kind}Body`] as BodyClass, body);
  if (!('fits' in checked)) {
    const unknown = checked.unknown.length > 0 ? errors.unknownField(checked.unknown, checked.known).findings : [];
    return [...unknown, ...checked.findings].map((finding) => ({ ...finding, pointer: at + finding.pointer }));
  }
  const named = withName(kind, { ...checked.fits } as Kinds[Kind]);
  const missing = (kind === 'Platform' ? [] : ['name', ...(kind === 'Project' || kind === 'Trigger' ? ['space'] : [])]).filter((field) => typeof named.key[field as 'name' | 'space'] !== 'string' || named.key[field as 'name' | 'space'] === '');
  if (missing.length > 0) return missing.map((field) => ({ pointer: `${at}/${field}`, detail: `${field} is missing.` }));
  return { kind, key: named.key, document: named.document, at };
}

function withName(kind: Kind, document: Kinds[Kind]): { key: Proposal['key']; document: Kinds[Kind] } {
  if (kind === 'Grant') {
    const id = grantId(document as GrantDocument);
    return { key: { name: id }, document: { ...document, id } as GrantDocument };
  }
  const { name = '', space } = document as { name?: string; space?: string };
  return { key: { name, ...(space && (kind === 'Project' || kind === 'Trigger') ? { space } : {}) }, document };
}

function twice(proposals: Proposal[]): Finding[] {
  const ids = proposals.map(({ kind, key }) => configurationId(kind, key));
  return proposals.flatMap(({ at }, index) => (ids.indexOf(ids[index]!) < index ? [{ pointer: at, detail: `${ids[index]} stands here a second time.` }] : []));
}

function isKind(kind: unknown): kind is Kind {
  return typeof kind === 'string' && (kinds as readonly string[]).includes(kind) && !isObject(kind);
}
