import { Injectable, Optional } from '@nestjs/common';
import { type Caller, configurationId, type ConfigurationRecord, type Documents as Kinds, EdgeError, errors, type Finding, type Kind } from '@edge/contracts';
import { Log, Permits } from '@edge/nest';
import { Clock, Documents, type Versioned } from '@edge/ports';
import { type CheckContext, checkDocument } from '../checks/check-document.js';
import { CommandRules } from '../checks/command-rules.js';
import { ConfigFacts } from '../config-facts.js';
import { ScriptStore } from '../scripts/script-store.js';
import { ConfigurationStore } from '../store/configuration-store.js';
import { OverlaidView } from '../store/configuration-view.js';
import { demandPermission } from './demand-permission.js';
import { demandUnused } from './demand-unused.js';
import { differences } from './differences.js';

/** One document that somebody wants stored (or gone: null). `at` is where it stands in the request, before every pointer of a finding. */
export interface Proposal<K extends Kind = Kind> { kind: K; key: { space?: string; name: string }; document: Kinds[K] | null; at: string; ifVersion?: number }

export interface Change { kind: Kind; name: string; change: 'create' | 'update' | 'unchanged' | 'delete'; pointers: string[] }

export interface Written { changes: Change[]; warnings: Finding[]; versions: number[] }

interface Weighed { proposal: Proposal; id: string; current: Versioned<ConfigurationRecord> | undefined; pointers: string[]; change: Change['change'] }

/** The one way into the configuration: permission, then checks against what would be, then all or nothing. */
@Injectable()
export class ConfigWriter {
  constructor(
    private readonly store: ConfigurationStore, private readonly documents: Documents, private readonly scripts: ScriptStore, private readonly permits: Permits,
    private readonly clock: Clock, private readonly log: Log,
    @Optional() private readonly rules?: CommandRules, @Optional() private readonly facts?: ConfigFacts,
  ) {}

  /**
   * @throws EdgeError of permission, `invalid` with all findings at once, `conflict` for what is in use, `version-mismatch` when something was changed meanwhile
   */
  async write(proposals: Proposal[], { caller, mode = 'store', action }: { caller: Caller; mode?: 'store' | 'show'; action?: string }): Promise<Written> {
    const weighed = await Promise.all(proposals.map((proposal) => this.weigh(proposal)));
    for (const one of weighed) await this.demand(one, caller);
    return this.finish(weighed, { by: caller.subject, mode, ...(action ? { action } : {}) });
  }

  /** A change of the platform itself: nobody asks for it, so nobody needs a permission. */
  async writeAs(by: string, proposal: Proposal, action?: string): Promise<Written> {
    return this.finish([await this.weigh(proposal)], { by, mode: 'store', ...(action ? { action } : {}) });
  }

  private async finish(weighed: Weighed[], { by, mode, action }: { by: string; mode: 'store' | 'show'; action?: string }): Promise<Written> {
    const warnings = await this.check(weighed);
    const changing = weighed.filter(({ change }) => change !== 'unchanged');
    if (mode === 'store' && changing.length > 0) await this.commit(changing, { by, ...(action ? { action } : {}) });
    return {
      changes: weighed.map(({ proposal, id, change, pointers }) => ({ kind: proposal.kind, name: id === 'Platform' ? 'platform' : id.slice(proposal.kind.length + 1), change, pointers: change === 'update' ? pointers : [] })),
      warnings,
      versions: weighed.map(({ current, change }) => (current?.version ?? 0) + (change === 'unchanged' || mode === 'show' ? 0 : 1)),
    };
  }

  private async weigh(proposal: Proposal): Promise<Weighed> {
    const id = configurationId(proposal.kind, proposal.key);
    const current = await this.store.get(id);
    if (!current && proposal.document === null) throw errors.versionMismatch(id, 0); // somebody else removed it meanwhile
    const pointers = differences(current?.document.document ?? {}, proposal.document ?? {});
    const change = proposal.document === null ? 'delete' : !current ? 'create' : pointers.length === 0 ? 'unchanged' : 'update';
    return { proposal, id, current, pointers, change };
  }

  private async demand({ proposal, id, current, pointers }: Weighed, caller: Caller): Promise<void> {
    await demandPermission({ kind: proposal.kind, before: current?.document.document, after: proposal.document, pointers }, this.permits, caller);
    const { ifVersion } = proposal;
    if (ifVersion === undefined || ifVersion === (current?.version ?? 0)) return;
    if (ifVersion === 0) throw errors.exists(`${id}`);
    throw errors.versionMismatch(id, current?.version ?? 0);
  }

  private async check(weighed: Weighed[]): Promise<Finding[]> {
    const before = this.store.view;
    const view = new OverlaidView(before, weighed.map(({ proposal, id }) => ({ kind: proposal.kind, id, document: proposal.document })));
    const context: CheckContext = { view, before, scripts: this.scripts, checkCommand: (text) => this.rules?.refusal(text) };
    const findings: Finding[] = [];
    for (const { proposal, current, change } of weighed) {
      if (proposal.document) findings.push(...(await checkDocument(proposal.kind, proposal.document, context)).map((finding) => ({ ...finding, pointer: proposal.at + finding.pointer })));
      if (current && (change === 'delete' || (change === 'update' && wasSuperuser(current)))) await demandUnused(proposal.kind, current.document.document, { view, documents: this.documents });
    }
    const faults = findings.filter(({ level }) => level !== 'warning');
    if (faults.length > 0) throw new EdgeError('invalid', faults.length === 1 ? faults[0]!.detail : `${faults.length} things are wrong: ${[...new Set(faults.map(({ pointer }) => pointer))].join(', ')}.`, findings);
    return findings;
  }

  private async commit(changing: Weighed[], { by, action }: { by: string; action?: string }): Promise<void> {
    const commits = changing.map(({ proposal, id, current, pointers }) => ({ kind: proposal.kind, id, document: proposal.document, readVersion: current?.version ?? 0, pointers }));
    if (!(await this.store.commit(commits, { by, ...(action ? { action } : {}) }))) throw errors.versionMismatch('What you change', changing[0]?.current?.version ?? 0);
    await this.tell(changing, by);
  }

  /** The change is stored; that nobody could be told costs a log line, not the answer. */
  private async tell(changing: Weighed[], by: string): Promise<void> {
    const at = new Date(this.clock.now()).toISOString();
    const facts = changing.map(({ proposal: { kind, key, document }, id, current, pointers }) => ({ kind, id, version: (current?.version ?? 0) + 1, by, at, pointers, deleted: document === null, ...(key.space ? { space: key.space } : kind === 'Space' ? { space: key.name } : {}), ...(kind === 'Project' ? { project: key.name } : {}) }));
    try {
      await this.facts?.changed(facts);
    } catch (error) {
      this.log.warn({ err: error, ids: facts.map(({ id }) => id) }, 'a change of configuration could not be told');
    }
  }
}

function wasSuperuser({ document }: Versioned<ConfigurationRecord>): boolean {
  return document.kind === 'Grant' && (document.document as Kinds['Grant']).role === 'superuser';
}
