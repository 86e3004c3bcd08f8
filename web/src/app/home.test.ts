import { expect, test } from 'vitest'
import type { WorkspaceSummary } from '@/protocol/generated'
import { homeOf } from './home'

const tree = (kind: WorkspaceSummary['kind']) => ({ kind, workspace: kind }) as WorkspaceSummary

test('everybody lands where there is something for them, or where that is said', () => {
  expect(homeOf({ workspaces: [tree('course_folder'), tree('own')], staff: true })).toBe('/w/own')
  expect(homeOf({ workspaces: [tree('student')], staff: true })).toBe('/class')
  expect(homeOf({ workspaces: [], staff: false })).toBe('/no-class')
  expect(homeOf({ workspaces: [], staff: true })).toBe('/no-class')
})
