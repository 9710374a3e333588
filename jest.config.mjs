// One runner over every project: native ESM, TypeScript by SWC, @edge/* resolved to source.
const swc = (tsx) => ['@swc/jest', {
  swcrc: false,
  jsc: {
    target: 'es2023',
    parser: { syntax: 'typescript', decorators: true, tsx },
    transform: tsx ? { react: { runtime: 'automatic' } } : { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: true },
    keepClassNames: true,
  },
  module: { type: 'es6' },
  sourceMaps: 'inline',
}];
const shared = {
  rootDir: import.meta.dirname,
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  transform: { '^.+\\.tsx$': swc(true), '^.+\\.ts$': swc(false) },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
};
const node = {
  ...shared,
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['node', 'node-addons'] },
};
/** @type {import('jest').Config} */
export default {
  testTimeout: 30_000,
  projects: [
    { ...node, displayName: 'unit', testMatch: ['<rootDir>/libs/**/src/**/*.spec.ts', '<rootDir>/apps/**/src/**/*.spec.ts', '<rootDir>/tools/src/**/*.spec.ts', '<rootDir>/bench/src/**/*.spec.ts'] },
    { ...node, displayName: 'e2e', testMatch: ['<rootDir>/e2e/src/**/*.spec.ts'] },
    { ...shared, displayName: 'console', testEnvironment: 'jsdom', testMatch: ['<rootDir>/apps/console/src/**/*.spec.tsx'], testEnvironmentOptions: { customExportConditions: ['browser'] } },
  ],
};
