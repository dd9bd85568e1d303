/** Fails the test with the message, unless the condition holds. */
export function ok(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(message);
}

/** Same primitive value, by `Object.is`. */
export function equal<T extends string | number | bigint | boolean | null | undefined>(actual: T, expected: T): void {
  ok(Object.is(actual, expected), `expected ${String(expected)}, got ${String(actual)}`);
}

/** Same bytes; says where they part. */
export function equalBytes(actual: Uint8Array, expected: Uint8Array): void {
  equal(actual.length, expected.length);
  const at = actual.findIndex((byte, index) => byte !== expected[index]);
  ok(at === -1, `byte ${at}: expected ${expected[at]}, got ${actual[at]}`);
}

/** The error that `run` throws, which must be of the class. */
export function thrownBy<E extends Error>(run: () => unknown, kind: abstract new (...args: never[]) => E): E {
  try {
    run();
  } catch (error) {
    ok(error instanceof kind, `expected ${kind.name}, got ${String(error)}`);
    return error;
  }
  throw new Error(`expected ${kind.name}, but nothing was thrown`);
}

/** The error with which `run` rejects, which must be of the class. */
export async function rejectedBy<E extends Error>(
  run: () => Promise<unknown>, kind: abstract new (...args: never[]) => E,
): Promise<E> {
  try {
    await run();
  } catch (error) {
    ok(error instanceof kind, `expected ${kind.name}, got ${String(error)}`);
    return error;
  }
  throw new Error(`expected ${kind.name}, but nothing was thrown`);
}
