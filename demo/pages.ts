import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { build, type Rolldown } from 'vite'

/** The demo's apps. Each has its own folder. */
export const apps = ['script', 'react', 'vue', 'typescript'] as const

/** The files to serve, by path. */
export type Files = ReadonlyMap<string, string>

const here = fileURLToPath(new URL('./app/', import.meta.url))
const script = fileURLToPath(new URL('../dist/pixy-auth.global.js', import.meta.url))
const asTheyAre = ['index.html', 'mark.svg', 'style.css', 'script/app.js', 'script/index.html']

let files: Promise<Files> | undefined

/** Build the apps once. The addresses of the servers are inserted when a file is served. */
export const pages = (): Promise<Files> => (files ??= make())

async function make(): Promise<Files> {
  const plain = asTheyAre.map(async (name) => [`/${name}`, await text(`${here}public/${name}`)])
  const all = [...plain, ['/pixy-auth.global.js', await text(script)], ...(await bundled())]
  return new Map((await Promise.all(all)) as [string, string][])
}

const text = (path: string): Promise<string> => readFile(path, 'utf8')

/** Bundle the apps that are written for a bundler. They import the package as any app does. */
async function bundled(): Promise<[path: string, content: string][]> {
  const input = ['react', 'vue', 'typescript'].map((app) => `${here}${app}/index.html`)
  const { output } = (await build({
    configFile: false,
    envDir: false,
    root: here,
    logLevel: 'error',
    plugins: [vue()],
    define: {
      'import.meta.env.VITE_ISSUER': '"%VITE_ISSUER%"',
      'import.meta.env.VITE_API': '"%VITE_API%"',
    },
    build: { write: false, target: 'es2022', rolldownOptions: { input } },
  })) as Rolldown.RolldownOutput
  return output.map((file) => [
    `/${file.fileName}`,
    file.type === 'chunk' ? file.code : String(file.source),
  ])
}
