/** What a person chose on this device; all of it lives in localStorage and none of it is secret. */
import { reactive, watch } from 'vue'

export interface Preferences {
  theme: 'system' | 'light' | 'dark' | 'contrast'
  /** Pixels, 12 to 28. */
  fontSize: number
  /** null: plain on phones, the console elsewhere. */
  plainOutput: boolean | null
  /** Pixels by width class and pane. */
  panes: Record<string, number>
}

const KEY = 'pythonide.preferences'
const DEFAULTS: Preferences = { theme: 'system', fontSize: 15, plainOutput: null, panes: {} }

function stored(): Partial<Preferences> {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Preferences>
  } catch {
    return {}
  }
}

export const preferences = reactive<Preferences>({ ...DEFAULTS, ...stored() })
export const clampFontSize = (size: number): number => Math.min(28, Math.max(12, size))
export const look = reactive({ dark: false, phone: false, coarse: false })

export function applyPreferences(): void {
  const dark = matchMedia('(prefers-color-scheme: dark)')
  const contrast = matchMedia('(prefers-contrast: more)')
  const phone = matchMedia('(max-width: 699px)')
  const apply = (): void => {
    look.phone = phone.matches
    look.dark =
      preferences.theme === 'dark' || (['system', 'contrast'].includes(preferences.theme) && dark.matches)
    const strong = preferences.theme === 'contrast' || (preferences.theme === 'system' && contrast.matches)
    const theme = strong ? (look.dark ? 'contrast-dark' : 'contrast') : look.dark ? 'dark' : 'light'
    document.documentElement.dataset.theme = theme
    document.documentElement.style.setProperty('--code-size', `${preferences.fontSize}px`)
  }
  for (const query of [dark, contrast, phone]) query.addEventListener('change', apply)
  watch(preferences, () => {
    apply()
    localStorage.setItem(KEY, JSON.stringify(preferences))
  })
  apply()
}
