/**
 * After up to so many events, more may have come in the meantime, and are asked for at once: a turn of Node's loop costs
 * as much as a short message. With more events, it costs little for each.
 */
const FEW_READY = 32;
/** In a row: Node's own handles wait that long. */
const MAX_LOOKS = 8;
const MAX_MISSES = 6;

/** When a wait that goes on in Node's loop looks again at once, without a turn of the loop. */
export class Looks {
  /** Of this turn, so far. */
  #count = 0;
  /** In a row: second looks that found nothing. */
  #misses = 0;
  /** How often to look only once from now on. */
  #skips = 0;

  /** @param found - how many events a look has found */
  again(found: number): boolean {
    if (this.#count === 1) {
      this.#misses = found > 0 ? 0 : Math.min(this.#misses + 1, MAX_MISSES);
      this.#skips = 2 ** this.#misses - 1;
    }
    const mayBeMore = found > 0 && found <= FEW_READY && this.#count + 1 < MAX_LOOKS;
    const again = mayBeMore && (this.#count > 0 || this.#skips-- <= 0);
    this.#count = again ? this.#count + 1 : 0;
    return again;
  }
}
