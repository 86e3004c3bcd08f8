import type { Welcome } from '@/protocol/generated'

export const NO_CLASS = '/no-class'

/** Where a person lands: their own files, for staff without any the list of students, else a page that says so. */
export function homeOf({ workspaces, staff }: Pick<Welcome, 'workspaces' | 'staff'>): string {
  const own = workspaces.find((tree) => tree.kind === 'own')
  if (own) return `/w/${own.workspace}`
  return staff && workspaces.length ? '/class' : NO_CLASS
}
