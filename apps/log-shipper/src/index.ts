export { LogShipperModule } from './log-shipper.module.js';
