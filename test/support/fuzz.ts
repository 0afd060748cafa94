import * as fc from 'fast-check'

/**
 * Check a property with the values of a fixed seed, and with those of a new seed, which fast-check
 * prints if they fail.
 *
 * @param examples are tried first
 */
export async function always<T>(
  values: fc.Arbitrary<T>,
  holds: (value: T) => void | boolean | Promise<void | boolean>,
  numRuns: number,
  examples: T[] = [],
): Promise<void> {
  const property = fc.asyncProperty(values, async (value) => holds(value))
  const report = { numRuns: numRuns / 2, includeErrorInReport: true }
  await fc.assert(property, { ...report, seed: 7636, examples: examples.map((one) => [one]) })
  await fc.assert(property, report)
}

/** What a member of a JSON document may be, valid or not. */
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

/** A valid document in which some members have other values, are missing, or are new. */
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
      // After parsing, `__proto__` is an own member, and of members with the same name the last one counts.
      return JSON.parse(`{${text.join()}}`) as Record<string, unknown>
    })
}

const ownKeys = Reflect.ownKeys(Object.prototype).length

/** Whether no prototype was changed. */
export const isUnpolluted = (): boolean =>
  Reflect.ownKeys(Object.prototype).length === ownKeys &&
  Object.getPrototypeOf(Object.prototype) === null

/** What a store may hold in place of a record: anything that IndexedDB takes. */
export const cloneable: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 2, arbitrary: anything },
  fc.constantFrom<unknown>(undefined, NaN, -0, Infinity, 2n, 0, '', 'x', 1e16, [], {}),
  fc.constantFrom<unknown>(new Date(0), new Date(NaN), new Map([['', 1]]), /x/, new Uint8Array(3)),
  fc.constantFrom<unknown>({ valueOf: 1, toString: 1 }, [{ valueOf: 1, toString: 1 }], [2n]),
)

type Members = Record<string, unknown>

/** A valid record in which a member, at any depth, is missing, new, or has another value. */
export function bent(honest: object): fc.Arbitrary<unknown> {
  const bend = (value: unknown): fc.Arbitrary<unknown> => {
    const members = value as Members
    const names = value === Object(value) && !ArrayBuffer.isView(value) ? Object.keys(members) : []
    if (names.length === 0) return cloneable
    const deeper = fc
      .constantFrom(...names)
      .chain((name) =>
        bend(members[name]).map((other) => Object.assign({}, members, { [name]: other })),
      )
    const without = fc.constantFrom(...names).map((name) => {
      const { [name]: _, ...rest } = members
      return rest
    })
    const more = fc
      .tuple(fc.constantFrom('__proto__', 'constructor', 'x'), cloneable)
      .map(([name, other]) =>
        Object.defineProperty({ ...members }, name, { value: other, enumerable: true }),
      )
    return fc.oneof(
      { weight: 8, arbitrary: deeper },
      { weight: 2, arbitrary: without },
      { weight: 1, arbitrary: more },
      { weight: 1, arbitrary: cloneable },
    )
  }
  return bend(honest)
}

/** The codes of errors. */
const codes =
  'config insecure_context network timeout cors rate_limited server_error discovery_failed issuer_mismatch unknown_transaction access_denied interaction_required oauth_error invalid_response invalid_id_token clock_skew session_ended not_signed_in account_changed key_lost insufficient_scope step_up_required url_not_allowed popup_blocked popup_closed aborted storage unsupported'

/** Whether it is the code of an error. */
export const isKnown = (code: string | undefined): boolean =>
  code !== undefined && codes.split(' ').includes(code)

const honest = ['code=CODE', 'state=STATE', 'iss=ISS']
// prettier-ignore
const oddNames = [
  '__proto__', 'constructor', 'toString', 'code', 'state', 'iss', 'error', 'error_description', 'access_token', 'id_token',
  'token_type', 'response', 'redirect_uri', '', 'code%00', '%63ode', 'st%61te', 'Code', 'code[]', '%', '%E0%A4%A',
]
// prettier-ignore
const oddValues = [
  '', 'STATE', 'CODE', 'ISS', 'ISS/', 'px1r', 'px1l', 'px1o', 'null', 'undefined', '%', '%zz', '%E0%A4%A', '%00', '%0a', '+', '__proto__',
  'access_denied', 'server_error', 'login_required', 'https://evil.example', '%F0%9F%98%80', '\uD800', 'x'.repeat(17_000),
]
const extra = fc
  .tuple(fc.constantFrom(...oddNames), fc.oneof(fc.constantFrom(...oddValues), fc.string()))
  .map(([name, value]) => `${name}=${value}`)
const parameters = fc
  .tuple(
    fc.subarray(honest, { minLength: 0 }),
    fc.oneof({ weight: 1, arbitrary: fc.constant([]) }, fc.array(extra, { maxLength: 3 })),
  )
  .chain(([some, others]) => fc.shuffledSubarray([...some, ...others], { minLength: some.length }))
  .map((all) => all.join('&').replace(/#/g, '%23'))

/** What may follow the redirect URI, valid or not. The test fills in `CODE`, `STATE` and `ISS`. */
export const answers: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: parameters.map((query) => `?${query}`) },
  { weight: 2, arbitrary: parameters.map((fragment) => `#${fragment}`) },
  fc.tuple(parameters, parameters).map(([query, fragment]) => `?${query}#${fragment}`),
)
