import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } from 'kafkajs';
import { eventually } from '@edge/testing/contracts';
import { freePort, probeProgram, startKafka, type KafkaCluster } from '@edge/testing/engines';
import { KafkaBus } from './kafka-bus.js';
import { kafkaClient, type KafkaOptions } from './kafka-options.js';

const probe = await probeProgram('kafka');
const suite = probe.available ? describe : describe.skip;

suite(`Kafka with passwords, TLS and ACLs${probe.available ? '' : ` (${probe.reason})`}`, () => {
  let cluster: KafkaCluster;
  beforeAll(async () => { cluster = await startKafka({ secure: { users: [{ name: 'edge', password: 'edge-password' }, { name: 'stranger', password: 'stranger-password' }] } }); }, 120_000);
  afterAll(() => cluster.stop(), 60_000);

  const optionsOf = (username: string, password: string): KafkaOptions => ({
    brokers: cluster.address.split(','), sasl: { mechanism: 'scram-sha-512', username, password }, tls: { ca: cluster.security?.ca ?? '' }, retries: 3,
  });
  const admin = () => optionsOf('admin', cluster.security?.admin.password ?? '');
  const topics = [{ name: 'edge.actions', partitions: 2, retentionMs: 3_600_000 }];
  const record = { topic: 'edge.actions', key: 'a', headers: {}, value: 'x' };
  const target = { assigned: () => undefined, deliver: () => undefined, failed: () => undefined };

  it('works for a user with the grants that the messages name', async () => {
    await allow('edge');
    const bus = await KafkaBus.open(optionsOf('edge', 'edge-password'));
    await bus.ensureTopics(topics);
    await bus.publish([record]);
    const heard: string[] = [];
    const reading = await bus.subscribe({ topic: 'edge.actions', group: 'edge-orchestrator', from: 'earliest' }, { ...target, deliver: ({ value }) => { heard.push(value); } });
    await eventually(() => heard.includes('x'), 'the record');
    await reading.close();
    await bus.close();
  }, 60_000);

  it('says that the password is wrong', async () => {
    await expect(KafkaBus.open(optionsOf('edge', 'wrong'))).rejects.toMatchObject({ code: 'unavailable', detail: expect.stringContaining('Kafka refuses this user. Check EDGE_KAFKA_SASL_MECHANISM') });
  }, 60_000);

  it('says what a user may not do', async () => {
    const owner = await KafkaBus.open(admin());
    await owner.ensureTopics(topics);
    await owner.close();
    const bus = await KafkaBus.open(optionsOf('stranger', 'stranger-password'));
    await expect(bus.ensureTopics([{ ...topics[0]!, name: 'edge.new' }])).rejects.toMatchObject({ detail: expect.stringContaining('Kafka does not allow this user to') });
    await expect(bus.publish([record])).rejects.toMatchObject({ detail: expect.stringContaining('Kafka does not allow this user to use the topic') });
    await expect(bus.subscribe({ topic: 'edge.actions', group: 'edge-orchestrator', from: 'earliest' }, target)).rejects.toMatchObject({ detail: expect.stringContaining('edge.actions as edge-orchestrator: Kafka') });
    await bus.close();
  }, 120_000);

  it('says that the certificate is not trusted', async () => {
    await expect(KafkaBus.open({ ...optionsOf('edge', 'edge-password'), tls: {} })).rejects.toMatchObject({ detail: expect.stringContaining('Check EDGE_KAFKA_BROKERS, EDGE_KAFKA_TLS_*') });
  }, 60_000);

  it('says that nobody listens', async () => {
    await expect(KafkaBus.open({ brokers: [`127.0.0.1:${await freePort()}`], retries: 2 })).rejects.toMatchObject({ code: 'unavailable', detail: expect.stringMatching(/^Connecting to 127.0.0.1:\d+: Kafka cannot be reached. Check EDGE_KAFKA_BROKERS/) });
  }, 60_000);

  async function allow(user: string): Promise<void> {
    const client = kafkaClient(admin()).admin();
    await client.connect();
    const common = { principal: `User:${user}`, host: '*', permissionType: AclPermissionTypes.ALLOW, resourcePatternType: ResourcePatternTypes.PREFIXED };
    const onTopics = [AclOperationTypes.READ, AclOperationTypes.WRITE, AclOperationTypes.CREATE, AclOperationTypes.DESCRIBE, AclOperationTypes.DESCRIBE_CONFIGS];
    await client.createAcls({ acl: [
      ...onTopics.map((operation) => ({ ...common, operation, resourceType: AclResourceTypes.TOPIC, resourceName: 'edge.' })),
      { ...common, operation: AclOperationTypes.READ, resourceType: AclResourceTypes.GROUP, resourceName: 'edge-' },
    ] });
    await client.disconnect();
  }
});
