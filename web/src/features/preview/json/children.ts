/** How an item of a tree asks for what is in it. */
import type { InjectionKey } from 'vue'
import type { Item } from './json'

export const CHILDREN: InjectionKey<(at: number, from: number, count: number) => Promise<Item[]>> =
  Symbol('children')
