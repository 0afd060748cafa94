import { expect, test } from '@playwright/test'
import { newApp } from '../support/migrated.js'

// Each runs the command.
test.describe.configure({ timeout: 600_000 })

/** Files of an app after a migration, and what the command said. */
function migrated(folder: string, files: Record<string, string>) {
  const app = newApp(folder, files)
  return { said: app.run('migrate', 'keycloak-js'), files: app.read() }
}

test.describe('a component', () => {
  const todo = (sentence: string): string =>
    `TODO(pixy-auth): ${sentence} See node_modules/pixy-auth/docs/moving.md#keycloak-js`
  const keycloak = `import Keycloak from 'keycloak-js'

export const keycloak = new Keycloak({ url: 'https://id.example.com', realm: 'r', clientId: 'app' })
`

  test('of Vue changes in its script and in its template, and nowhere else', ({}, info) => {
    const page = (script: string, template: string): string => `<!-- keycloak.login() -->
<template>
\t<!-- keycloak.login() -->
\t<a   href="/?keycloak.login()" @click.prevent = '${template}' >keycloak.login()</a >
</template>


<style>/* keycloak.login() */</style>
<script setup lang='ts' >

  import {keycloak} from './keycloak'
  const   go = () => ${script}

</script>\r\n
<i18n>keycloak.login()</i18n>`
    const { said, files } = migrated(info.outputPath('app'), {
      'keycloak.js': keycloak,
      'Page.vue': page('keycloak.login()', 'go(); keycloak.register()'),
      'Other.vue': '<template>{{ keycloak.login() }}</template>\n\n\n',
    })
    expect(said.code).toBe(0)
    const register = 'go(); keycloak.signIn({ prompt: "create" })'
    expect(files['Page.vue']).toBe(page('keycloak.signIn()', register))
    expect(files['Other.vue']).toBe('<template>{{ keycloak.login() }}</template>\n\n\n')
  })

  test('of Vue has its TODO before the template, with the line in the file', ({}, info) => {
    const page = `<script setup>
import { keycloak } from './keycloak'
</script>

<template>
  <p v-if="keycloak.hasRealmRole('a')" v-for="keycloak in list">{{ keycloak.authenticated }}</p>
  <p v-if="keycloak.hasRealmRole('b')">{{ keycloak.token }}</p>
</template>
`
    const { said, files } = migrated(info.outputPath('app'), {
      'keycloak.js': keycloak,
      'Page.vue': page,
    })
    const roles =
      '`hasRealmRole`: put the roles into the ID token by a mapper, and read them in `state.user`.'
    const token = 'Await `getAccessToken()`, or better call the API by `fetch` of the client.'
    expect(files['Page.vue']).toBe(
      page.replace('<template>', `<!-- ${todo(roles)} -->\n<!-- ${todo(token)} -->\n<template>`),
    )
    expect(said.text).toContain(`TODO at line 5: ${roles}\n  TODO at line 6: ${token}\n`)
  })

  test('keeps the client in a global property, in `this` or by provide and inject', ({}, info) => {
    const main = `import { createApp } from 'vue'
import { keycloak } from './keycloak'
import App from './App.vue'

const app = createApp(App)
app.config.globalProperties.$keycloak = keycloak
app.provide('keycloak', keycloak)
`
    const options = `<script>
export default {
  created() {
    this.client = this.$keycloak
  },
}
</script>
<template><b @click="client.login()" :title="$keycloak.subject" /></template>
`
    const setup = `<script setup>
import { inject } from 'vue'
const client = inject('keycloak')
</script>
<template><b @click="client.login" :title="client.subject" /></template>
`
    const { files } = migrated(info.outputPath('app'), {
      'keycloak.js': keycloak,
      'main.js': main,
      'Options.vue': options,
      'Setup.vue': setup,
    })
    expect(files['Options.vue']).toContain(
      `<!-- TODO(pixy-auth): Give the template \`userOf($keycloak)?.sub\` from the script. -->
<template><b @click="client.signIn()" :title="$keycloak.subject" /></template>`,
    )
    expect(files['Setup.vue']).toContain('const userOf = (auth) =>')
    expect(files['Setup.vue']).toContain(
      '<template><b @click="client.signIn" :title="userOf(client)?.sub" /></template>',
    )
  })

  test('of another kind, and a page with a script tag, are named and not changed', ({}, info) => {
    const others = {
      'page.html':
        '<script src="https://cdn.example.com/npm/keycloak-js@26/lib/keycloak.js"></script>',
      'page.astro': "---\nimport Keycloak from 'keycloak-js'\n---\n",
    }
    const { said, files } = migrated(info.outputPath('app'), {
      ...others,
      'keycloak.js': keycloak,
      'other.html': '<p>',
    })
    expect(files).toMatchObject(others)
    for (const name of Object.keys(others))
      expect(said.text).toContain(
        `src/${name}: change this file by hand. See docs/moving.md#keycloak-js, and for a script tag README.md#script-tag`,
      )
    expect(said.text).not.toContain('other.html')
  })

  test('of Svelte changes in its scripts and in its markup', ({}, info) => {
    const page = `<script module>
  import { keycloak } from './keycloak'

  export const login = () => keycloak.login()
</script>

<script lang="ts">
  import { keycloak as client } from './keycloak'

  let list: string[] = $state([])
  const logout = () => keycloak.logout()
</script>

{#each list as client}<p>{client.subject}</p>{/each}
{#if client.hasRealmRole('a')}<p onclick={() => client.login()} title="a {client.subject}">b</p>{/if}
`
    const { files } = migrated(info.outputPath('app'), {
      'keycloak.js': keycloak,
      'Page.svelte': page,
    })
    const text = files['Page.svelte']
    expect(text).toContain('export const login = () => keycloak.signIn()\n</script>')
    expect(text).toContain('const logout = () => keycloak.signOut()')
    expect(text).toContain('  const userOf = (auth: Auth) =>')
    expect(text).toContain('{#each list as client}<p>{client.subject}</p>{/each}\n<!-- TODO(pixy')
    expect(text).toContain('-->\n{#if client.hasRealmRole(')
    expect(text).toContain(
      '<p onclick={() => client.signIn()} title="a {userOf(client)?.sub}">b</p>',
    )
  })
})
