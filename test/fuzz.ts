import * as fc from 'fast-check'

/**
 * Run a property with the same values as ever, and with new ones: where these fail, fast-check says
 * by which seed they come again.
 */
export async function always<T>(
  values: fc.Arbitrary<T>,
  holds: (value: T) => void | boolean | Promise<void | boolean>,
  numRuns: number,
): Promise<void> {
  const property = fc.asyncProperty(values, async (value) => holds(value))
  await fc.assert(property, { numRuns: numRuns / 2, seed: 7636 })
  await fc.assert(property, { numRuns: numRuns / 2 })
}

/** What a member of a JSON document may be, honest or not. */
export const anything: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 3, arbitrary: fc.jsonValue() },
  fc.constantFrom<unknown>(
    null,
    '',
    0,
    -1,
    1e300,
    true,
    [],
    [null],
    {},
    'x'.repeat(5000),
    { toString: 1, valueOf: 1 },
    [{ toString: 1 }],
  ),
)

/** An honest document, some members of which are filled otherwise or missing, and some unheard of. */
export function documents(
  members: Readonly<Record<string, readonly unknown[]>>,
): fc.Arbitrary<Record<string, unknown>> {
  const honest = Object.entries(members).map(([name, [first]]): [string, unknown] => [name, first])
  const changed = fc
    .constantFrom(...Object.entries(members))
    .chain(([name, values]) =>
      fc
        .oneof(fc.constantFrom(...values), anything, fc.constant(undefined))
        .map((value): [string, unknown] => [name, value]),
    )
  const hostile = fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', 'error')
  const added = fc.tuple(fc.oneof(hostile, fc.string()), anything)
  return fc
    .array(fc.oneof({ weight: 3, arbitrary: changed }, added), { maxLength: 5 })
    .map((others) => {
      const text = [...honest, ...others].map(
        ([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value) ?? 'null'}`,
      )
      // As it is parsed, `__proto__` is a member of its own, and the last one of a name counts.
      return JSON.parse(`{${text.join()}}`) as Record<string, unknown>
    })
}

const ownKeys = Reflect.ownKeys(Object.prototype).length

/** Whether no object has got anything from nowhere. */
export const isUnpolluted = (): boolean =>
  Reflect.ownKeys(Object.prototype).length === ownKeys &&
  Object.getPrototypeOf(Object.prototype) === null
