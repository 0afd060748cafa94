import { expect, test } from '@playwright/test'
import { createClock } from '../../src/vault/clock.js'

const real = { wall: Date.now, monotonic: performance.now }
let wall = 0
let monotonic = 0

test.beforeEach(() => {
  wall = 1_800_000_000_000
  monotonic = 5000
  Date.now = () => wall
  performance.now = () => monotonic
})

test.afterEach(() => {
  Date.now = real.wall
  performance.now = real.monotonic
})

const token = (seconds: number) => ({
  value: crypto.randomUUID(),
  receivedAt: wall,
  expiresAt: wall + seconds * 1000,
})

test('F36: a token lives as long as both clocks say', () => {
  const clock = createClock()
  const held = token(300)
  clock.keep({ held })
  expect(clock.remaining(held)).toBe(300_000)
  // The wall clock is set back by an hour while four minutes pass.
  wall -= 3_600_000 - 240_000
  monotonic += 240_000
  expect(clock.remaining({ ...held, receivedAt: wall })).toBe(60_000)
  // Both go on; the wall clock is set forward.
  wall += 7_200_000
  expect(clock.remaining(held)).toBeLessThan(0)
})

test('F37: after sleep a token has expired, whichever clock stood still', () => {
  for (const passes of [() => (wall += 301_000), () => (monotonic += 301_000)]) {
    const clock = createClock()
    const held = token(300)
    clock.keep({ held })
    passes()
    expect(clock.remaining(held)).toBeLessThanOrEqual(0)
  }
})

test('F35: a token that was received in the future counts as expired', () => {
  const held = token(300)
  wall -= 60_000
  expect(createClock().remaining(held)).toBe(0)
  expect(createClock().remaining(undefined)).toBe(0)
})

test('a token received in the future stays expired when the clock catches up', () => {
  const clock = createClock()
  const held = token(300)
  wall -= 60_000
  clock.keep({ held })
  expect(clock.remaining(held)).toBe(0)
  wall += 61_000
  monotonic += 61_000
  expect(clock.remaining(held)).toBeLessThanOrEqual(0)
})

test('a token that the record does not hold any more is forgotten', () => {
  const clock = createClock()
  const [held, next] = [token(300), token(300)]
  clock.keep({ held })
  monotonic += 301_000
  clock.keep({ held })
  expect(clock.remaining(held), 'it is held').toBe(-1000)
  clock.keep({ next })
  expect(clock.remaining(held), 'another one is').toBe(300_000)
  monotonic += 301_000
  clock.keep()
  expect(clock.remaining(next), 'none is').toBe(300_000)
})

test('a token is renewed in its last 30 to 60 s, or the last quarter of a short life', () => {
  for (const [life, spread, margin] of [
    [3600, 0, 30],
    [3600, 0.5, 45],
    [3600, 1, 60],
    [40, 1, 10],
  ] as const) {
    const clock = createClock(spread)
    const held = token(life)
    wall += (life - margin - 1) * 1000
    expect(!clock.needsRenewal(held), `${life} s, ${spread}`).toBe(true)
    wall += 1000
    expect(!clock.needsRenewal(held), `${life} s, ${spread}`).toBe(false)
    wall = 1_800_000_000_000
  }
})
