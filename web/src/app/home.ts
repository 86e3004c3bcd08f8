import type { Welcome } from '@/protocol/generated'

/** Where a person lands: their own files, or for staff without any the list of students. */
export function homeOf(welcome: Welcome): string {
  const own = welcome.workspaces.find((tree) => tree.kind === 'own')
  return own ? `/w/${own.workspace}` : '/class'
}
