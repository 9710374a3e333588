export { KafkaBus } from './kafka-bus.js';
export type { KafkaOptions, KafkaSasl, KafkaTls } from './kafka-options.js';
