import { userManager } from './auth'

const API = 'https://api.example.com'

export async function loadPosts(): Promise<string> {
  const user = await userManager.getUser()
  const response = await fetch(`${API}/posts`, {
    headers: { Accept: 'text/plain', Authorization: `Bearer ${user?.access_token}` },
  })
  return response.text()
}
