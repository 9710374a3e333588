import 'reflect-metadata';

export type MessageClass<T extends object = object> = new () => T;

const byType = new Map<string, MessageClass>();

/** Names the event type that a message class carries. */
export function Message(type: string): ClassDecorator {
  return (target) => {
    byType.set(type, target as unknown as MessageClass);
    Reflect.defineMetadata('edge:type', type, target);
  };
}

export function typeOf(message: MessageClass): string {
  return Reflect.getMetadata('edge:type', message) as string;
}

/** The class of an event type; undefined for a type that this build does not know. */
export function messageClass(type: string): MessageClass | undefined {
  return byType.get(type);
}

export function messageTypes(): string[] {
  return [...byType.keys()].sort();
}
