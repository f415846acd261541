// The page bundle: the components of the design system that pages use, and the script of the page.

import { Button, ErrorSummary, Radios, Checkboxes, ServiceNavigation, SkipLink, createAll } from "govuk-frontend";

import { Keys } from "./keys";
import { hold } from "./pages/early";
import { run } from "./pages/index";

const release = hold();

document.body.classList.add("js-enabled");
if ("noModule" in HTMLScriptElement.prototype) document.body.classList.add("govuk-frontend-supported");
for (const component of [Button, ErrorSummary, Radios, Checkboxes, ServiceNavigation, SkipLink]) createAll(component);

void Keys.start().then((keys) => {
  run(keys);
  release();
});
