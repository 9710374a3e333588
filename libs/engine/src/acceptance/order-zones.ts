import type { Finding, JsonObject } from '@edge/contracts';

export interface ZoneOrder { zoneOrder: 'parallel' | 'ordered'; zones: string[]; findings: Finding[]; warnings: string[] }

/** How the zones of the selected hosts come one after another: as asked, else as the project says, else all at once. */
export function orderZones(asked: 'parallel' | string[] | undefined, { selected, values }: { selected: string[]; values: JsonObject }): ZoneOrder {
  const [order, pointer] = asked === undefined ? [configured(values), '/config/zone_serialization_order'] : [asked, '/zones'];
  if (order === 'parallel') return { zoneOrder: 'parallel', zones: selected, findings: [], warnings: [] };
  const left = selected.filter((zone) => !order.includes(zone));
  const twice = order.filter((zone, index) => order.indexOf(zone) !== index);
  const empty = order.filter((zone) => !selected.includes(zone));
  return {
    zoneOrder: 'ordered', zones: [...new Set(order)].filter((zone) => selected.includes(zone)),
    findings: [
      ...[...new Set(twice)].map((zone) => ({ pointer, detail: `Zone ${zone} is in the order twice.`, remedy: 'Name each zone once.' })),
      ...left.map((zone) => ({ pointer, detail: `Zone ${zone} has selected hosts, but is not in the order.`, remedy: `Add ${zone} to the order, or leave its hosts out.` })),
    ],
    warnings: empty.map((zone) => `Zone ${zone} has no selected hosts and is skipped.`),
  };
}

function configured(values: JsonObject): 'parallel' | string[] {
  const { zone_parallelazation: parallel, zone_serialization_order: order } = values;
  if (parallel !== false || !Array.isArray(order)) return 'parallel';
  const names = order.filter((zone): zone is string => typeof zone === 'string' && zone !== '');
  return names.length > 0 ? names : 'parallel';
}
