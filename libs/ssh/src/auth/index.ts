// readMaterial(resolved, { passphrase, password, agentSocket }): Promise<AuthMaterial>   the only file that reads
// authPlan(resolved, material): AuthPlan             pure; methods for ssh2's authHandler: plan.steps.map((step) => step.method)
// signWithCertificates(client): void                 after client.connect(): lets stock ssh2 1.17 sign in with OpenSSH user certificates
export type { AgentKey, AuthKind, AuthMaterial, AuthPlan, AuthProblem, AuthStep, MaterialFile, PlanSettings } from './auth-plan.js';
