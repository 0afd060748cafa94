import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { build, type Rolldown } from 'vite'

/** The apps that have a router: all paths below such an app belong to it. */
export const withRouter = ['script', 'react', 'vue'] as const

/** The demo's apps. Each has its own folder. */
export const apps = [...withRouter, 'typescript'] as const

/** The files to serve, by path. */
export type Files = ReadonlyMap<string, string>

const here = fileURLToPath(new URL('./app/', import.meta.url))
const script = fileURLToPath(new URL('../dist/pixy-auth.global.js', import.meta.url))
const asTheyAre = [
  '404.html',
  'mark.svg',
  'show.css',
  'style.css',
  'script/app.js',
  'script/index.html',
]

let files: Promise<Files> | undefined

/** Build the apps once. The addresses of the servers are inserted when a file is served. */
export const pages = (): Promise<Files> => (files ??= make())

async function make(): Promise<Files> {
  const plain = asTheyAre.map(async (name) => [`/${name}`, await text(`${here}public/${name}`)])
  const library = ['/pixy-auth.global.js', await text(script)]
  const all = [...plain, library, ...(await bundled()), ...(await sources())]
  return new Map((await Promise.all(all)) as [string, string][])
}

const text = (path: string): Promise<string> => readFile(path, 'utf8')

/** The source files that the pages show. */
async function sources(): Promise<Promise<[path: string, content: string]>[]> {
  const names = await readdir(here, { recursive: true })
  return names
    .filter((name) => /\.(ts|tsx|vue)$/.test(name))
    .map(async (name): Promise<[string, string]> => {
      return [`/source/${name.replaceAll('\\', '/')}`, await text(here + name)]
    })
}

/** Bundle the apps that are written for a bundler. They import the package as any app does. */
async function bundled(): Promise<[path: string, content: string][]> {
  const pages = ['react', 'vue', 'typescript'].map((app) => [app, `${here}${app}/index.html`])
  pages.push(['tab', `${here}typescript/tab.html`])
  // The app with a script tag imports the inspector by this name, so it gets no hash.
  const input = { ...Object.fromEntries(pages), inspector: 'pixy-auth/inspector' }
  const entryFileNames = ({ name }: { name: string }) =>
    name === 'inspector' ? 'inspector.js' : 'assets/[name]-[hash].js'
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
    build: {
      write: false,
      target: 'es2022',
      rolldownOptions: {
        input,
        preserveEntrySignatures: 'exports-only',
        output: { entryFileNames },
      },
    },
  })) as Rolldown.RolldownOutput
  return output.map((file) => [
    `/${file.fileName}`,
    file.type === 'chunk' ? file.code : String(file.source),
  ])
}
