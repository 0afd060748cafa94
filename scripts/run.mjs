// Runs one command and keeps what it prints, so that a failure can be explained.
import { spawn } from 'node:child_process'

const windows = process.platform === 'win32'

/**
 * @typedef {object} Outcome
 * @property {number} code the exit code; 1 if the command was ended or could not start
 * @property {string} output what it printed on stdout and stderr
 *
 * @typedef {object} Options
 * @property {number} [limit] seconds, after which the command and its children are ended
 * @property {URL} [cwd] the folder it runs in
 * @property {Record<string, string>} [env] added to the environment of this process
 * @property {(text: string) => void} [onText] gets stdout as it comes; `output` then has stderr only
 */

/**
 * @param {string} command
 * @param {string[]} args
 * @param {Options} [options]
 * @returns {Promise<Outcome>}
 */
export function run(command, args, { limit, cwd, env, onText } = {}) {
  return new Promise((resolve) => {
    // With a limit the command gets its own process group, so that its children are ended with it. Without
    // a limit it stays in this group, where Ctrl-C reaches it.
    const detached = limit !== undefined && !windows
    const child = spawn(command, args, {
      detached,
      shell: windows,
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const timer = limit && setTimeout(() => end(child, detached), limit * 1000)
    let output = ''
    child.stdout.setEncoding('utf8')
    child.stderr.setEncoding('utf8')
    /** @param {string} text */
    const keep = (text) => (output += text)
    child.stdout.on('data', onText ?? keep)
    child.stderr.on('data', keep)
    child.on('error', ({ message }) => keep(message))
    child.on('close', (code) => {
      clearTimeout(timer)
      resolve({ code: code ?? 1, output })
    })
  })
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {boolean} isGroup
 */
function end(child, isGroup) {
  if (isGroup && child.pid) process.kill(-child.pid, 'SIGKILL')
  else child.kill('SIGKILL')
}
