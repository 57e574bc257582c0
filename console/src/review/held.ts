/**
 * A judgement that can still be taken back: it is held for a moment and sent when that is over, when the next one is
 * made, or when the page goes. Until then the item is locked by who judged it, so that nobody else gets it.
 */
export class Held<T> {
  #held: { what: T; timer: ReturnType<typeof setTimeout> } | undefined;

  constructor(
    private readonly send: (what: T) => void,
    private readonly wait: number,
  ) {}

  /** Holds this one; what was held before is sent. */
  hold(what: T): void {
    this.flush();
    this.#held = { what, timer: setTimeout(() => this.flush(), this.wait) };
  }

  /** Takes back what is held. */
  takeBack(): T | undefined {
    const held = this.#held;
    if (held) clearTimeout(held.timer);
    this.#held = undefined;
    return held?.what;
  }

  /** Sends what is held. */
  flush(): void {
    const what = this.takeBack();
    if (what !== undefined) this.send(what);
  }
}
