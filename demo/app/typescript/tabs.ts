import { byId, text } from './page.js'
import { expire, refreshes } from './switches.js'

const count = 20

/** Let twenty tabs call the API at the same time, with a token that has expired. */
export async function callByTwenty(): Promise<string> {
  const dots = Array.from({ length: count }, () => text('span', ''))
  const row = byId('tabs')
  row.hidden = false
  row.replaceChildren(...dots)
  const frames = dots.map(() => document.createElement('iframe'))
  try {
    await Promise.all(frames.map(opened))
    const before = await refreshes()
    await expire()
    const calls = frames.map(async ({ contentWindow }, at) => {
      const isGood = (await contentWindow?.tab?.call()) === 200
      dots[at]?.classList.add(isGood ? 'good' : 'bad')
      return isGood
    })
    const good = (await Promise.all(calls)).filter(Boolean).length
    const renewed = (await refreshes()) - before
    return `${good} of ${count} tabs got their answer, by ${renewed} refresh${renewed === 1 ? '' : 'es'}`
  } finally {
    for (const frame of frames) frame.remove()
  }
}

/** Open a tab, and wait until it knows who is signed in. */
async function opened(frame: HTMLIFrameElement): Promise<void> {
  frame.hidden = true
  frame.src = '/typescript/tab.html'
  await new Promise((resolve) => {
    frame.onload = resolve
    document.body.append(frame)
  })
  await frame.contentWindow?.tab?.ready
}
