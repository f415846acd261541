// A state of a log as documents name it: the one that their sender relied on.

import { type Json, Reader } from "../canonical";
import { fail } from "../errors";
import { NAME } from "./notes";

/** So many lines of the log of this name, and the root over them in hexadecimal. */
export interface LogState {
  origin: string;
  size: number;
  root: string;
}

/** What stands in `dir` of a manifest or an envelope. */
export function stateIn(value: Json | undefined): LogState | null {
  if (value === null) return null;
  const read = new Reader(value, "the state of the log", ["origin", "size", "root"]);
  const origin = read.text("origin");
  return { origin: NAME.test(origin) ? origin : fail("FormatError", "the name of a log"), size: read.number("size", 1), root: read.matching("root", "hash") };
}
