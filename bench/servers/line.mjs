// Simulates a slow line to a server on this machine: round trips, TCP's handshake and slow start, a limited rate.
import { createServer, connect } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'

/** @import { Socket } from 'node:net' */

const BITS_PER_SECOND = 20e6
const PACKET = 1460
/** Bytes that a server sends before the first acknowledgement (RFC 6928). */
const FIRST_WINDOW = 10 * PACKET

/** @typedef {(piece: Buffer | undefined, due: number) => void} Send */

/**
 * The data that a server still has to send on a connection.
 *
 * @typedef {object} Queue
 * @property {Buffer[]} pieces
 * @property {Send} send
 * @property {number} window bytes that it sends in a round trip
 * @property {number} left bytes that are left of the window
 * @property {number} from when it may send again
 * @property {boolean} isOver whether the server has closed the connection
 */

/**
 * @param {number} port of the server
 * @param {number} roundTrip in milliseconds
 * @returns {Promise<{ port: number, close: () => void }>}
 */
export function startLine(port, roundTrip) {
  /** @type {Set<Socket>} */
  const open = new Set()
  const push = shared(roundTrip)
  const line = createServer((near) => {
    const far = connect(port, '127.0.0.1')
    for (const socket of [near, far]) {
      open.add(socket)
      socket.setNoDelay()
      socket.on('error', () => socket.destroy())
      socket.on('close', () => open.delete(socket))
    }
    // The handshake takes a round trip.
    const connected = performance.now() + roundTrip
    const up = sender(far)
    near.on('data', (data) => up(data, Math.max(performance.now(), connected) + roundTrip / 2))
    near.on('end', () => far.end())
    /** @type {Queue} */
    const queue = {
      pieces: [],
      send: sender(near),
      window: FIRST_WINDOW,
      left: FIRST_WINDOW,
      from: 0,
      isOver: false,
    }
    far.on('data', (data) => push(queue, data))
    far.on('end', () => push(queue))
  })
  return new Promise((resolve) =>
    line.listen(0, '127.0.0.1', () => {
      const address = line.address()
      resolve({
        port: typeof address === 'object' ? (address?.port ?? 0) : 0,
        close() {
          line.close()
          for (const socket of open) socket.destroy()
        },
      })
    }),
  )
}

/**
 * The connections share the line's rate: they take turns, each with one packet.
 *
 * @param {number} roundTrip
 */
function shared(roundTrip) {
  /** @type {Set<Queue>} */
  const queues = new Set()
  let isRunning = false
  // The line has its own virtual time: if a timer is late, the next packets leave earlier.
  let now = 0
  async function run() {
    isRunning = true
    now = performance.now()
    while (queues.size > 0) {
      let isSent = false
      for (const queue of queues) if (queue.from <= now) isSent = packet(queue) || isSent
      if (!isSent) now = Math.min(...[...queues].map(({ from }) => from))
      if (now > performance.now()) await wait(now - performance.now())
    }
    isRunning = false
  }
  /** @param {Queue} queue */
  function packet(queue) {
    const [first] = queue.pieces
    if (!first) {
      queues.delete(queue)
      if (queue.isOver) queue.send(undefined, now + roundTrip / 2)
      return true
    }
    const piece = first.subarray(0, PACKET)
    if (piece.length === first.length) queue.pieces.shift()
    else queue.pieces[0] = first.subarray(PACKET)
    if (queue.left === queue.window) queue.from = now
    queue.left -= PACKET
    now += (piece.length * 8000) / BITS_PER_SECOND
    queue.send(piece, now + roundTrip / 2)
    if (queue.left <= 0) {
      queue.window *= 2
      queue.left = queue.window
      queue.from += roundTrip
    }
    return true
  }
  /** @param {Queue} queue @param {Buffer} [data] */
  return (queue, data) => {
    if (data) queue.pieces.push(data)
    else queue.isOver = true
    queues.add(queue)
    if (!isRunning) void run()
  }
}

/**
 * Writes each piece when it is due, in order.
 *
 * @param {Socket} socket
 * @returns {Send}
 */
function sender(socket) {
  /** @type {[piece: Buffer | undefined, due: number][]} */
  const waiting = []
  async function run() {
    for (;;) {
      const [first] = waiting
      if (!first) return
      const [piece, due] = first
      if (due > performance.now()) await wait(due - performance.now())
      if (socket.destroyed) return
      if (piece) socket.write(piece)
      else socket.end()
      waiting.shift()
    }
  }
  return (piece, due) => {
    if (waiting.push([piece, due]) === 1) void run()
  }
}
