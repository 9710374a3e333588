import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

interface Named<L extends string> { name: `edge_${string}`; help: string; labels?: readonly L[] }

/** Figures for Prometheus, one registry per program. Names begin with `edge_`, units stand in the name (`_seconds`, `_bytes`, `_total`). */
@Injectable()
export class Metrics {
  private readonly registry = new Registry();

  constructor() {
    collectDefaultMetrics({ register: this.registry, prefix: 'edge_', eventLoopMonitoringPrecision: 100 }); // the default wakes an idle process every 10 ms
  }

  /** Answers how to count one (or `by`). */
  counter<L extends string>({ name, help, labels = [] }: Named<L>): (values: Record<L, string>, by?: number) => void {
    const counter = new Counter({ name, help, labelNames: [...labels], registers: [this.registry] });
    return (values, by = 1) => counter.inc(values, by);
  }

  /** `read` is called at each scrape. */
  gauge({ name, help }: Named<never>, read: () => number | Promise<number>): void {
    new Gauge({ name, help, registers: [this.registry], async collect() { this.set(await read()); } });
  }

  /** Answers how to record one observation in seconds. */
  histogram<L extends string>({ name, help, labels = [] }: Named<L>): (values: Record<L, string>, seconds: number) => void {
    const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60];
    const histogram = new Histogram({ name, help, labelNames: [...labels], buckets, registers: [this.registry] });
    return (values, seconds) => histogram.observe(values, seconds);
  }

  text(): Promise<string> {
    return this.registry.metrics();
  }
}
