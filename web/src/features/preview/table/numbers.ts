/** A list of whole numbers below 2³² that grows without doubling in memory. */
const BLOCK = 1 << 16

export class Numbers {
  length = 0
  private readonly blocks: Uint32Array[] = []

  push(value: number): void {
    const within = this.length % BLOCK
    if (within === 0) this.blocks.push(new Uint32Array(BLOCK))
    this.blocks[this.blocks.length - 1]![within] = value
    this.length++
  }

  at(index: number): number {
    return this.blocks[Math.floor(index / BLOCK)]![index % BLOCK]!
  }
}
