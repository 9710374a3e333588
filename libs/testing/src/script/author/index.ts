export { loadAuthorModule } from './load-author-module.js';
export { newScript } from './new-script.js';
export { playTrial, standardTrials, type Trial, type TrialResult } from './trial.js';
