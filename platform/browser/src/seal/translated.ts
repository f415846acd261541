// That a document is the translation of another: said in the sealed manifest alone.  One that is none has no field for it.

import { type Json, Reader } from "./canonical";
import { fail } from "./errors";

/** Of which document, from which language (the manifest's `lang` says into which), and whether it is certified. */
export interface TranslationOf {
  of: string;
  from: string;
  certified: boolean;
}

export const TRANSLATED = ["translation"];
const LANGUAGE = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/;

export function translationIn(read: Reader): TranslationOf | null {
  const there = read.value["translation"];
  if (there === undefined) return null;
  const said = new Reader(there, "the translation", ["of", "from", "certified"]);
  const from = said.text("from", 35);
  if (!LANGUAGE.test(from)) fail("FormatError", "the translation");
  return { of: said.matching("of", "uuid"), from, certified: said.oneOf("certified", true, false) };
}

/** The field as it is signed: nothing where the document is no translation. */
export function translationJson(translation: TranslationOf | null): { [key: string]: Json } {
  return translation ? { translation: { ...translation } } : {};
}
