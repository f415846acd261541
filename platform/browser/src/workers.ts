// Workers come from the listed bundles alone, and that is what the one Trusted Types policy says.

interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL: (url: string) => string }): { createScriptURL(url: string): string };
}

let listed: string[] = [];
let policy: ReturnType<TrustedTypes["createPolicy"]> | undefined;

/** The scripts that the server lists in the page: the address of each by its name. */
export function listedBundles(): Record<string, string> {
  const said = document.querySelector<HTMLMetaElement>('meta[name="comity-bundles"]')?.content ?? "{}";
  return JSON.parse(said) as Record<string, string>;
}

/** Start the worker at `url`, which must be one of `bundles`. */
export function startWorker(url: string, bundles: string[], name: string): Worker {
  listed = bundles;
  const rules = {
    createScriptURL: (asked: string): string => {
      if (!listed.includes(asked)) throw new TypeError("not one of the bundles");
      return asked;
    },
  };
  const types = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes;
  policy ??= types ? types.createPolicy("comity-worker", rules) : rules;
  return new Worker(policy.createScriptURL(url), { name });
}
