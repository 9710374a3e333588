// parseConfig(text, { path, scope }): ConfigFile                     pure; Include lines are left unfilled
// loadConfig(path, { scope, home }): Promise<ConfigFile | undefined>  reads it with all it includes
// resolveHost(name, context): ResolvedHost | RefusedHost              pure
// resolveRoute(name, context): { hops: ResolvedHost[] (first hop first, the target last) } | RefusedHost
export type { ConfigFile, ConfigLine, ConfigScope } from './config-file.js';
export { isRefused, type ConfigNotice, type HostResolution, type JumpHost, type RefusalReason, type RefusedHost, type ResolveContext, type ResolvedHost } from './resolved-host.js';
export { chosenAlgorithms, type AlgorithmChoice } from './algorithm-choice.js';
