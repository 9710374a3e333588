import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { EdgeError, errors, type Finding } from '@edge/contracts';
import { bodyClasses, type BodyClass, checkBody } from '@edge/contracts/messages';

const known = new Set<unknown>(Object.values(bodyClasses));

/** Bodies and queries against their classes: all findings at once, unknown fields refused by name. */
@Injectable()
export class BodyPipe implements PipeTransform {
  transform(value: unknown, { type, metatype }: ArgumentMetadata): unknown {
    if ((type !== 'body' && type !== 'query') || !known.has(metatype)) return value;
    return checked(metatype as BodyClass, value === undefined ? {} : value);
  }
}

/** The instance, or an error that lists everything: 400 for unknown fields, 422 for values that cannot be. */
export function checked<T extends object>(target: BodyClass<T>, value: unknown): T {
  const found = checkBody(target, value);
  if ('fits' in found) return found.fits;
  if (found.unknown.length > 0) {
    const { code, detail, findings } = errors.unknownField(found.unknown, found.known);
    throw new EdgeError(code, detail, [...findings, ...found.findings]);
  }
  throw errors.invalid(summary(found.findings), found.findings);
}

function summary(findings: Finding[]): string {
  const [first] = findings;
  return findings.length === 1 && first ? first.detail : `${findings.length} fields are wrong: ${findings.map((finding) => finding.pointer || 'the body').join(', ')}.`;
}
