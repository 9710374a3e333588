/** One way in which the product could be wrong. `find` must occur exactly once in the file: a patch that no longer applies proves nothing. */
export interface Mutation { name: string; breaks: string; edits: { file: string; find: string; replace: string }[] }

const engine = 'libs/engine/src';
const edit = (file: string, find: string, replace: string) => ({ file: `${engine}/${file}`, find, replace });

/** Each of them must be caught by the simulator. */
export const mutations: readonly Mutation[] = [
  { name: 'fence', breaks: 'a place that somebody else has is taken for ours', edits: [edit('journal/append-record.ts', `  const [found] = await journal.read(record.action, record.seq);
  return found?.writer === record.writer && found.hash === record.hash ? 'mine' : 'fenced';`, `  return 'mine';`)] },
  { name: 'read-back', breaks: 'after an unknown outcome whatever lies there is taken for ours', edits: [edit('journal/append-record.ts', `    return found.writer === record.writer && found.hash === record.hash ? 'mine' : 'fenced';
  }
`, `    return 'mine';
  }
`)] },
  { name: 'terminal check', breaks: 'an ended action is claimed and goes on', edits: [edit('runtime/runtime.ts', 'if (isEnd(journal.fold.view.status)) {', 'if (journal.records.length < 0) {'), edit('journal/fold-action.ts', 'if (isEnd(this.view.status)) throw new IllegalTransition(`Nothing', 'if (this.view.hosts.length < 0) throw new IllegalTransition(`Nothing')] },
  { name: 'order of replay', breaks: 'results are replayed in another order than they were journaled', edits: [edit('runtime/script-drive.ts', 'this.deliverAll(record.items.filter(', 'this.deliverAll(record.items.toReversed().filter(')] },
  { name: 'order of delivery', breaks: 'the script hears of results in another order than the journal', edits: [edit('runtime/script-side.ts', 'this.held.push(...items);', 'this.held.push(...items.toReversed());')] },
  { name: 'effect before journal', breaks: 'commands are sent before their record is there', edits: [edit('runtime/running-action.ts', `      await this.writer.append({ type: 'schedule', steps: part });
      for (const step of part) this.script.begin(step);
      await this.send();`, `      for (const step of part) this.script.begin(step);
      await this.send();
      await this.writer.append({ type: 'schedule', steps: part });`)] },
  { name: 'first result wins', breaks: 'a second result of a step is journaled, too', edits: [edit('runtime/action-memory.ts', 'return !this.finished.has(key) && this.known', 'return this.known'), edit('runtime/outstanding.ts', `    this.sent.delete(command);
    this.waiting.delete(command);
    return found;`, '    return found;')] },
  { name: 'command id', breaks: 'a command is sent again under another id', edits: [edit('runtime/step-effects.ts', "return { command: commandId(this.document.id, step.key, attempt), key: step.key, attempt,", "return { command: commandId(this.document.id, `${step.key} ${this.deps.newToken()}`, attempt), key: step.key, attempt,")] },
  { name: 'lock release', breaks: 'locks are kept after the end', edits: [edit('runtime/runtime.ts', `      await this.locks.release(id);
    });`, '    });')] },
  { name: 'lock conflict', breaks: 'two actions hold the same host', edits: [edit('locks/lock-places.ts', 'for (const key of wanted.keys) for (const action', 'for (const key of wanted.keys.slice(0, 1)) for (const action')] },
  { name: 'lock swap', breaks: 'a change of the lock table that somebody else was quicker than is taken for stored', edits: [edit('locks/lock-table.ts', 'if (await this.documents.write([...own, ...writes])) {', 'if ((await this.documents.write([...own, ...writes])) && this.version < 0) {')] },
  { name: 'timer rearm', breaks: 'timers are forgotten when an action is taken over', edits: [edit('runtime/script-side.ts', 'else effects.takeUp(step, memory.lostAttempts(step.key));', "else if (step.kind !== 'timer') effects.takeUp(step, memory.lostAttempts(step.key));")] },
  { name: 'dispatch again', breaks: 'commands without an answer are forgotten when an action is taken over', edits: [edit('runtime/script-side.ts', 'else effects.takeUp(step, memory.lostAttempts(step.key));', "else if (step.kind !== 'exec') effects.takeUp(step, memory.lostAttempts(step.key));")] },
  { name: 'silence', breaks: 'commands of which nobody speaks are never sent again', edits: [edit('runtime/outstanding.ts', 'filter((command) => now - command.heardAt >= silenceMs)', 'filter((command) => now < 0 && now - command.heardAt >= silenceMs)')] },
  { name: 'signal dedupe', breaks: 'a signal that comes twice counts twice', edits: [edit('runtime/running-action.ts', '    if (this.memory.hasSignal(signal.id)) return;\n', '')] },
  { name: 'signal again', breaks: 'a signal that a crash kept from being acted upon is forgotten', edits: [edit('runtime/running-action.ts', 'if (signal && !this.over &&', 'if (signal && this.over &&')] },
  { name: 'early approval', breaks: 'an approval answers a question that was asked after it', edits: [edit('runtime/step-effects.ts', "else if (signal.name === 'verdict') this.early.push(signal);", 'else this.early.push(signal);')] },
  { name: 'fingerprint', breaks: 'a script that asks for something else on replay is believed', edits: [edit('runtime/script-drive.ts', 'if (!isSame(journaled, request)) throw', 'if (isSame(journaled, undefined as never)) throw')] },
  { name: 'cancel fence', breaks: 'what was asked before the script heard of the cancellation still begins', edits: [edit('runtime/script-side.ts', 'return this.isCancelling() && this.wasAskedBefore(step) && !this.around.memory.mayBeOnItsWay(step.key);', 'return this.around.memory.results < 0 && this.isCancelling() && this.wasAskedBefore(step);')] },
  { name: 'cancel while counting down', breaks: 'a cancellation before the start is overheard', edits: [edit('runtime/control.ts', 'if (!memory.hasStarted) return this.around.cancelled(reason);', 'if (!memory.hasStarted) return;')] },
  { name: 'signature of results', breaks: 'a forged result is believed', edits: [edit('runtime/runtime.ts', "this.deps.keyring.verify<CommandResultPayload>('result', message.signed);", 'JSON.parse(message.signed.payload) as CommandResultPayload;')] },
  { name: 'signature of signals', breaks: 'a forged signal is believed', edits: [edit('runtime/runtime.ts', "this.deps.keyring.verify<SignalPayload>('signal', message.signed);", 'JSON.parse(message.signed.payload) as SignalPayload;')] },
  { name: 'signature of commands', breaks: 'a forged command runs', edits: [{ file: 'apps/executor/src/admission.ts', find: "this.keyring.verify<object>('command', signed);", replace: 'JSON.parse(signed.payload) as object;' }] },
  { name: 'capacity at the change', breaks: 'a pool is not looked at again when a host goes out', edits: [edit('calls/pool-places.ts', 'if (serving.after < pool.keep && serving.after < serving.now) return', 'if (serving.after < 0) return')] },
  { name: 'places of one pool', breaks: 'two programs take hosts out of one pool at the same time', edits: [edit('calls/pool-places.ts', 'document: { taken } satisfies Places, ifVersion: version })));', 'document: { taken } satisfies Places })));')] },
  { name: 'places taken', breaks: 'hosts that others are about to take out count as serving', edits: [edit('calls/pool-places.ts', 'await balancer.members(pool), taken.filter((place) => !isSame(place, member))', 'await balancer.members(pool), []')] },
  { name: 'owner at the load balancer', breaks: 'one who stood still takes hosts out that another has put back', edits: [edit('calls/call-balancer.ts', '  await demandOwned(scope);\n', '')] },
  { name: 'back into service', breaks: 'hosts that nothing was done to stay out of service', edits: [edit('kit/work-on.ts', '      await service.restore(batch);\n', '')] },
  { name: 'stopped in silence', breaks: 'a cancelled or failed action leaves applications stopped and does not say so', edits: [edit('kit/work-on.ts', '      await batch.leaveWell();\n', '')] },
  { name: 'half an application', breaks: 'an application whose change was cut short is started as if it were whole', edits: [edit('kit/application.ts', 'if (cutShort) return', 'if (cutShort && begunBefore < 0) return')] },
  { name: 'inconclusive is no yes', breaks: 'an inconclusive verdict lets a canary pass', edits: [edit('kit/canary.ts', "if (verdict === 'positive') return { verdict };", "if (verdict !== 'negative') return { verdict: 'positive' };")] },
  { name: 'negative stops', breaks: 'a negative verdict stops nothing', edits: [edit('kit/roll-zone.ts', "if (verdict.verdict === 'positive') return true;", 'if (verdict.verdict.length > 0) return true;')] },
  { name: 'verdict on its stage', breaks: 'a verdict answers for another stage', edits: [edit('runtime/step-effects.ts', 'canonicalJson(payload[key]) === canonicalJson(value)', "(key === 'stage' || canonicalJson(payload[key]) === canonicalJson(value))"), edit('acceptance/signal-rules.ts', "names.includes('verdict') && isOn(match))) return true;", "names.includes('verdict'))) return true;")] },
  { name: 'lost is final', breaks: 'a command whose outcome is lost runs again although nobody allowed it', edits: [edit('runtime/step-effects.ts', "if (result.outcome !== 'lost' || step.onLost === 'fail' || final)", "if (result.outcome !== 'lost' || final)")] },
  { name: 'fail closed', breaks: 'an action completes with failed hosts', edits: [edit('runtime/verdict-of.ts', "host.state !== 'succeeded'", "host.state === 'pending'")] },
  { name: 'outbox', breaks: 'an accepted action that did not get onto the bus is never published', edits: [edit('acceptance/outbox.ts', 'if (Date.parse(document.acceptedAt) <= now - graceMs) await', 'if (now < 0) await')] },
  { name: 'idempotency key', breaks: 'the key of an accepted request is not remembered', edits: [edit('acceptance/place-action.ts', '  if (!key) return [content];', '  if (!key || document.hosts.length > 0) return [content];')] },
  { name: 'projection order', breaks: 'an older status overwrites a newer one in lists', edits: [edit('runtime/listed-status.ts', 'if (!stored || stored.document.projection.seq >= projection.seq) return;', 'if (!stored) return;')] },
  { name: 'facts again', breaks: 'facts that a crash kept back are never told', edits: [edit('runtime/runtime.ts', 'if (facts.length > 0) await this.untilDone(document.id,', 'if (facts.length < 0) await this.untilDone(document.id,')] },
  { name: 'facts of the last schedule', breaks: 'facts of a schedule record that nothing follows count as told', edits: [edit('runtime/untold-records.ts', "(type === 'schedule' && index < records.length - 1)", "(type === 'schedule' && index < records.length)")] },
  { name: 'facts before the claim', breaks: 'facts count as told that were to be told after the claim', edits: [edit('runtime/runtime.ts', `      await this.tellAgain(document, journal);
      if (isEnd`, '      if (isEnd'), edit('runtime/runtime.ts', 'if (!(await this.fence(journal))) continue;', 'if (!(await this.fence(journal))) continue;\n      await this.tellAgain(document, journal);')] },
  { name: 'live versions', breaks: 'which version a host runs is not recorded', edits: [edit('runtime/runtime.ts', 'await recordVersions(this.deps.documents, versionsSaid(document, journal.records));', '')] },
  { name: 'pinned script', breaks: 'an action goes on with a newer script than it began with', edits: [edit('runtime/running-action.ts', "const bundle = await this.persistently(() => this.deps.bundle(sha), 'the script cannot be read');", "const bundle = (await this.deps.bundle(sha.replace('first', 'second'))) ?? (await this.deps.bundle(sha));")] },
  { name: 'freeze at the start', breaks: 'a freeze that began after the acceptance is overlooked', edits: [edit('acceptance/may-start.ts', 'return freeze ? { why', 'return freeze && now < 0 ? { why')] },
  { name: 'fenced for good', breaks: 'an action that was fenced by a ghost is never taken up again', edits: [edit('runtime/runtime.ts', '    if (this.stopped) return;\n    const { clock, limits, note } = this.deps;', '    if (!this.stopped) return;\n    const { clock, limits, note } = this.deps;')] },
];
