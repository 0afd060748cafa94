// Makes sure that there is a Redis for the test of a backend's store, and installs it if it can.
import { apt } from './apt.mjs'
import { onPath } from './engines.mjs'

/** The message of the test if there is no Redis. */
export const MISSING =
  'No redis-server was found or could be installed. Try: apt-get install redis-server'

/** The path of the server, if there is one. */
export const findRedis = () => onPath('redis-server') ?? onPath('valkey-server')

/** Install Redis if it is missing. If that is not possible, the test that needs Redis fails. */
export async function redis() {
  if (findRedis()) return
  await apt([{ name: 'redis-server', lists: [['redis-server']], isMissing: () => !findRedis() }])
}
