// What the key worker has made and its owner has not yet confirmed: words shown once, and a first key set.
//
// Nothing here is kept anywhere: a page that is left takes it along, and nothing has happened.

import { random } from "./seal/bytes";
import { fail } from "./seal/errors";
import { type KeySet, normalPassphrase } from "./seal/keyset";
import { newWords, WORDS, type WordsKind } from "./seal/ways";

const ASKED_BACK = 3;

interface Made {
  words: string;
  /** Places of the words that are typed back; none means all of them, in one line. */
  asked: number[];
  confirmed: boolean;
}

/** Different places in their order, each as likely as any other. */
function places(of: number, count: number): number[] {
  const found = new Set<number>();
  while (found.size < count) {
    const [number = 255] = random(1);
    if (number < 256 - (256 % of)) found.add(number % of);
  }
  return [...found].sort((a, b) => a - b);
}

export class Making {
  private readonly made = new Map<WordsKind, Made>();

  /** `first` is a key set that is nowhere but here; null where words are made for one that is kept. */
  constructor(readonly first: KeySet | null) {}

  words(kind: WordsKind): { words: string; asked: number[] } {
    const asked = kind === "recovery" ? places(WORDS.recovery, ASKED_BACK) : [];
    const one = { words: newWords(kind), asked, confirmed: false };
    this.made.set(kind, one);
    return { words: one.words, asked };
  }

  /** Whether what was typed back is what was shown. */
  confirm(kind: WordsKind, typed: string[]): boolean {
    const one = this.made.get(kind) ?? fail("FormatError", "no words were made");
    const all = one.words.split("-");
    const wanted = one.asked.length ? one.asked.map((place) => all[place]) : [one.words];
    one.confirmed = typed.length === wanted.length && typed.every((word, place) => normalPassphrase(word) === wanted[place]);
    return one.confirmed;
  }

  /** The words, once their owner has shown that she has them. */
  confirmed(kind: WordsKind): string {
    const one = this.made.get(kind);
    return one?.confirmed ? one.words : fail("FormatError", "the words were not typed back");
  }
}
