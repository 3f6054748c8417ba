/** One watched descriptor. A number that is added again gets a new one. */
export class Registration<D> {
  readonly fd: number;
  interest: number;
  readonly data: D | undefined;
  /** Tells this use of the number from earlier ones; never 0. */
  readonly generation: number;
  /** Bits of the backend's own. */
  readonly flags: number;
  /** What it was added with, where that was an object. */
  readonly owner: { readonly fd: number } | undefined;
  /** Where the backend keeps it. */
  slot = -1;
  /** `false` after its only event, when it was to have only one. */
  armed = true;
  /** `false` when it was removed, dropped or replaced: events still under way are void. */
  watched = true;

  constructor(
    fd: number,
    interest: number,
    data: D | undefined,
    generation: number,
    flags: number,
    owner?: { readonly fd: number },
  ) {
    this.fd = fd;
    this.interest = interest;
    this.data = data;
    this.generation = generation;
    this.flags = flags;
    this.owner = owner;
  }

  /** Whether its owner has closed the descriptor since, or given it away. */
  get abandoned(): boolean {
    return this.owner !== undefined && this.owner.fd !== this.fd;
  }
}
