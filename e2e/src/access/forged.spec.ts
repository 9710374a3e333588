import { describeLab } from './describe-lab.js';
import { itDisbelieves } from './disbelieves.js';
import { LabWorld } from './lab-world.js';

describeLab('messages that nobody should believe', () => itDisbelieves(() => LabWorld.start()));
