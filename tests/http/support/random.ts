// Seeded chance, so that a failing run can be repeated.

export type Random = () => number;

/** mulberry32: 32 bits of state are enough for tests. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function below(random: Random, count: number): number {
  return Math.floor(random() * count);
}

export function coin(random: Random): 0 | 1 {
  return random() < 0.5 ? 0 : 1;
}

export function shuffled<T>(random: Random, things: readonly T[]): T[] {
  const order = things.map((thing) => ({ thing, key: random() }));
  return order.sort((left, right) => left.key - right.key).map(({ thing }) => thing);
}
