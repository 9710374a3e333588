import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from '../run-program.js';
import type { Properties } from './broker-properties.js';

export interface KafkaUser { name: string; password: string }

/** TLS with our own certificate, SCRAM users, and access by ACL only. `admin` may everything. */
export interface KafkaSecurity { admin: KafkaUser; users: KafkaUser[]; ca: string; properties: Properties }

/** Makes key store, certificate and passwords in the folder, with the `keytool` that every JDK has. */
export async function kafkaSecurity({ javaHome, folder, users }: { javaHome: string; folder: string; users: KafkaUser[] }): Promise<KafkaSecurity> {
  const secret = randomBytes(12).toString('hex');
  const store = join(folder, 'broker.p12');
  const certificate = join(folder, 'ca.pem');
  await makeCertificate({ keytool: join(javaHome, 'bin/keytool'), store, certificate, secret });
  const admin = { name: 'admin', password: randomBytes(12).toString('hex') };
  return { admin, users: [admin, ...users], ca: await readFile(certificate, 'utf8'), properties: { ...tls(store, secret), ...sasl(admin), ...access(admin) } };
}

async function makeCertificate({ keytool, store, certificate, secret }: { keytool: string; store: string; certificate: string; secret: string }): Promise<void> {
  const keys = ['-alias', 'broker', '-keystore', store, '-storepass', secret];
  const subject = ['-dname', 'CN=localhost', '-ext', 'SAN=dns:localhost,ip:127.0.0.1', '-ext', 'bc=ca:true'];
  await runProgram(keytool, ['-genkeypair', ...keys, '-keyalg', 'EC', '-groupname', 'secp256r1', ...subject, '-validity', '30', '-storetype', 'PKCS12']);
  await runProgram(keytool, ['-exportcert', '-rfc', ...keys, '-file', certificate]);
}

const tls = (store: string, secret: string): Properties => ({
  'listener.security.protocol.map': 'CONTROLLER:SASL_SSL,CLIENT:SASL_SSL',
  'inter.broker.listener.name': 'CLIENT',
  'ssl.keystore.type': 'PKCS12', 'ssl.keystore.location': store, 'ssl.keystore.password': secret, 'ssl.key.password': secret,
  'ssl.truststore.type': 'PKCS12', 'ssl.truststore.location': store, 'ssl.truststore.password': secret,
});

/** The controllers log in by PLAIN: SCRAM users live in the metadata that the controllers themselves hold. */
function sasl({ name, password }: KafkaUser): Properties {
  const scram = 'org.apache.kafka.common.security.scram.ScramLoginModule required';
  const plain = 'org.apache.kafka.common.security.plain.PlainLoginModule required';
  return {
    'sasl.enabled.mechanisms': 'SCRAM-SHA-512,SCRAM-SHA-256',
    'sasl.mechanism.inter.broker.protocol': 'SCRAM-SHA-512',
    'sasl.mechanism.controller.protocol': 'PLAIN',
    'listener.name.controller.sasl.enabled.mechanisms': 'PLAIN',
    'listener.name.controller.plain.sasl.jaas.config': `${plain} username="${name}" password="${password}" user_${name}="${password}";`,
    'listener.name.client.scram-sha-512.sasl.jaas.config': `${scram} username="${name}" password="${password}";`,
    'listener.name.client.scram-sha-256.sasl.jaas.config': `${scram};`,
  };
}

const access = ({ name }: KafkaUser): Properties => ({
  'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
  'super.users': `User:${name}`,
  'allow.everyone.if.no.acl.found': false,
});
