/** Sizes as people say them. Pure. */
import { t } from './t'

const KB = 1024

export function sizeText(bytes: number): string {
  const [unit, factor] =
    bytes >= KB ** 3
      ? (['GB', KB ** 3] as const)
      : bytes >= KB ** 2
        ? (['MB', KB ** 2] as const)
        : (['kB', KB] as const)
  return t(`unit.${unit}`, { n: Math.round((bytes / factor) * 10) / 10 })
}
