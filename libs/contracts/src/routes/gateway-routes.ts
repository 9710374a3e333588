import { owned } from './route.js';

const action = '/api/v1/actions/:id';
const signalled = { 200: 'The action with its status.', 409: 'It is too late for that.' };

/** Actions and everything around them. */
export const gatewayRoutes = owned('gateway', {
  startAction: {
    method: 'POST', path: '/space/:space/:project/:type', needs: 'by-type', scope: 'path', body: 'StartActionBody', about: 'Start an action on a project.',
    answers: { 202: 'Accepted: `{action_id, project, status, hosts, links}`.', 200: 'It completed within `Prefer: wait=N`; or what a `dry_run` comes to: `{project, hosts, versions, plan}`.', 409: 'Busy, frozen, or failed while `handling=strict`.' },
  },
  listProjectHosts: {
    method: 'GET', path: '/api/v1/spaces/:space/projects/:project/hosts', needs: 'see', scope: 'path', about: 'Hosts of the project by zone and pool, with address, live version and what the load balancer says of them now.',
    answers: { 200: '`{zones: [{zone, hosts: [{host, zone, pools, address, version, members: [{pool, port, state, healthy, sessions}]}]}], items, findings}`; a pool that cannot be read is a finding.' },
  },
  planProject: {
    method: 'POST', path: '/api/v1/spaces/:space/projects/:project/plan/:type', needs: 'see', scope: 'path', body: 'PlanBody', readOnly: true, about: 'Show what an action would do, host by host.',
    answers: { 200: 'Zones, stages, batches, commands, capacity, policy verdicts and `plan_hash`.' },
  },
  listActions: { method: 'GET', path: '/api/v1/actions', needs: 'signed-in', scope: 'handler', query: 'ActionsQuery', about: 'List actions, newest first.', answers: { 200: 'A page of actions.' } },
  showAction: { method: 'GET', path: action, needs: 'see', scope: 'action', about: 'Show one action with its hosts.', answers: { 200: 'The action.' } },
  cancelAction: { method: 'POST', path: `${action}/cancel`, needs: 'control', scope: 'action', body: 'SignalBody', about: 'Stop before the next step and put back what was taken out.', answers: signalled },
  pauseAction: { method: 'POST', path: `${action}/pause`, needs: 'control', scope: 'action', body: 'SignalBody', about: 'Hold before the next step.', answers: signalled },
  resumeAction: { method: 'POST', path: `${action}/resume`, needs: 'control', scope: 'action', body: 'SignalBody', about: 'Go on after a pause or a block.', answers: signalled },
  approveAction: { method: 'POST', path: `${action}/approve`, needs: 'approve', scope: 'action', body: 'SignalBody', about: "Approve somebody else's action.", answers: signalled },
  rejectAction: { method: 'POST', path: `${action}/reject`, needs: 'approve', scope: 'action', body: 'SignalBody', about: 'Refuse an action that waits for approval.', answers: signalled },
  retryAction: { method: 'POST', path: `${action}/retry`, needs: 'see', scope: 'action', body: 'RetryBody', about: 'Start anew, from the same snapshot, on the hosts that did not succeed (needs what its type needs); at once, unless `countdown` says otherwise.', answers: { 202: 'Accepted: the new action.', 200: 'It completed within `Prefer: wait=N`.', 409: 'It has not ended, or was retried already; or frozen, or failed while `handling=strict`.' } },
  giveVerdict: { method: 'POST', path: `${action}/verdict`, needs: 'control', scope: 'action', body: 'VerdictBody', about: 'Say how the canary of a stage did.', answers: signalled },
  giveVerdictByUrl: { method: 'POST', path: '/api/v1/verdicts/:code', needs: 'open', scope: 'handler', body: 'UrlVerdictBody', about: 'The same by the single-use URL of one analysis.', answers: signalled },
  listActionHosts: { method: 'GET', path: `${action}/hosts`, needs: 'see', scope: 'action', query: 'PageQuery', about: 'How every host of the action is doing.', answers: { 200: 'A page of hosts.' } },
  showActionHost: { method: 'GET', path: `${action}/hosts/:host`, needs: 'see', scope: 'action', about: 'Steps, commands and outcome of one host.', answers: { 200: 'The host within the action.' } },
  readCommandOutput: {
    method: 'GET', path: `${action}/commands/:command/output`, needs: 'see', scope: 'action', query: 'OutputQuery', produces: 'application/octet-stream', about: 'The bytes as the host wrote them, after redaction.',
    answers: { 200: 'The stream.', 206: 'The asked range.', 416: 'The range lies outside.' },
  },
  readActionLogs: { method: 'GET', path: `${action}/logs`, needs: 'see', scope: 'action', query: 'LogsQuery', about: 'Log documents of the action; `Accept: text/plain` or `format=text` downloads.', answers: { 200: 'A page of log documents.' } },
  followAction: { method: 'GET', path: `${action}/events`, needs: 'see', scope: 'action', produces: 'text/event-stream', about: 'What happens to the action, live; `Last-Event-ID` resumes.', answers: { 200: 'Server-sent events.' } },
  followAll: { method: 'GET', path: '/api/v1/events', needs: 'signed-in', scope: 'handler', query: 'EventsQuery', produces: 'text/event-stream', about: 'What happens in the spaces that the caller may see, live.', answers: { 200: 'Server-sent events.' } },
  readJournal: { method: 'GET', path: `${action}/journal`, needs: 'see', scope: 'action', query: 'PageQuery', about: 'The record of truth.', answers: { 200: 'A page of journal records.' } },
  readReceipt: { method: 'GET', path: `${action}/receipt`, needs: 'see', scope: 'action', about: 'The signed receipt of an ended action.', answers: { 200: 'A DSSE envelope.', 409: 'It has not ended yet.' } },
  runCommands: {
    method: 'POST', path: '/api/v1/commands', needs: 'signed-in', scope: 'handler', body: 'RunCommandsBody', query: 'CommandsQuery', about: 'Run one command on many hosts: an action of type `run`. A host that is not known fails only itself; with `Prefer: handling=strict` it refuses all.',
    answers: { 202: 'Accepted: the action.', 200: 'It ended within `Prefer: wait=N`: host → command → [exit code, succeeded, lines]. Of more than 4 MiB of a host, or 32 MiB of all, the end, and where the rest is. With `detail=true`: `{action_id, status, answers, stderr, hosts}`, typed outcomes and what hosts wrote on standard error.', 409: 'Frozen, or it did not complete while `handling=strict`.' },
  },
  checkCommand: { method: 'POST', path: '/api/v1/commands/check', needs: 'signed-in', scope: 'handler', body: 'CheckCommandBody', readOnly: true, about: 'What the command policy says of a command.', answers: { 200: '`{verdict, rule, detail, span, instead}`.' } },
  listVersions: { method: 'GET', path: '/api/v1/versions', needs: 'signed-in', scope: 'handler', query: 'VersionsQuery', about: 'Live version per project and host.', answers: { 200: 'A page of versions.' } },
  setVersion: { method: 'PUT', path: '/api/v1/versions', needs: 'signed-in', scope: 'handler', body: 'VersionBody', about: 'Say which version a host runs.', answers: { 200: 'The version.' } },
  deleteVersion: { method: 'DELETE', path: '/api/v1/versions', needs: 'signed-in', scope: 'handler', query: 'VersionsQuery', about: 'Forget which version a host runs.', answers: { 204: 'Forgotten.' } },
  listDeadLetters: { method: 'GET', path: '/api/v1/dlq', needs: 'manage-platform', scope: 'platform', query: 'PageQuery', about: 'Messages that could not be handled.', answers: { 200: 'A page of dead letters.' } },
  replayDeadLetter: { method: 'POST', path: '/api/v1/dlq/:id/replay', needs: 'manage-platform', scope: 'platform', about: 'Send a dead letter again.', answers: { 200: 'Sent.' } },
  reportActions: { method: 'GET', path: '/api/v1/reports/actions', needs: 'signed-in', scope: 'handler', query: 'ReportQuery', about: 'Count, success rate and duration by space, project, user or day.', answers: { 200: 'The report, JSON or CSV.' } },
  showSystem: { method: 'GET', path: '/api/v1/system', needs: 'signed-in', scope: 'handler', about: 'Executors, lag, stores and versions.', answers: { 200: 'How Edge is doing.' } },
  drainExecutor: { method: 'POST', path: '/api/v1/system/executors/:executor/drain', needs: 'manage-platform', scope: 'platform', about: 'Let an executor finish and take no more.', answers: { 200: 'Draining.' } },
});
