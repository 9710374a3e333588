export { OrchestratorModule } from './orchestrator.module.js';
