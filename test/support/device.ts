import { test as base } from './page.js'

// A device whose clocks and timers a test controls. Timers of the test itself, such as those of `expect.poll`, would
// never fire.

interface Timer {
  readonly at: number
  readonly work: () => void
}

export interface Device {
  /** Let time pass: the timers fire in their order. */
  pass(ms: number): void
  /** The device sleeps: its wall clock goes on, and nothing else. */
  sleep(ms: number): void
  /** How many timers wait. */
  readonly waiting: number
}

export const test = base.extend<{
  /** From this call on the page runs on such a device. */
  device: () => Device
}>({
  device: async ({ globals }, use) => {
    const { now: real } = Date
    await use(() => {
      const timers = new Set<Timer>()
      // Long before the real time: the test runner reads these clocks too, and would end a test that takes too long.
      let [wall, monotonic] = [1e12, -1e9]
      Date.now = () => wall
      globals.give('performance', { now: () => monotonic, timeOrigin: 0 })
      globals.give('setTimeout', (work: () => void, ms = 0) => {
        const timer = { at: monotonic + Math.max(ms, 1), work }
        timers.add(timer)
        return timer
      })
      globals.give('clearTimeout', (timer: Timer) => timers.delete(timer))
      const goTo = (moment: number): void => {
        wall += moment - monotonic
        monotonic = moment
      }
      return {
        pass(ms) {
          const end = monotonic + ms
          for (;;) {
            const [next] = [...timers].toSorted((one, other) => one.at - other.at)
            if (!next || next.at > end) break
            goTo(next.at)
            timers.delete(next)
            next.work()
          }
          goTo(end)
        },
        sleep: (ms) => void (wall += ms),
        get waiting() {
          return timers.size
        },
      }
    })
    Date.now = real
  },
})
