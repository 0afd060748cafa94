// Makes sure that there is a Redis for the test of a backend's store, and installs it where it can.
import { apt } from './apt.mjs'
import { onPath } from './engines.mjs'

/** What the test says where there is none. */
export const MISSING =
  'No redis-server was found or could be installed. Try: apt-get install redis-server'

/** The path of the server, if there is one. */
export const findRedis = () => onPath('redis-server') ?? onPath('valkey-server')

/** Install it, if it is missing. The test that needs it fails where that is not possible. */
export async function redis() {
  if (findRedis()) return
  await apt([{ name: 'redis-server', lists: [['redis-server']], isMissing: () => !findRedis() }])
}
