// The design system ships no types; these are the parts that are used.
declare module "govuk-frontend" {
  type Component = new (root: Element) => unknown;
  export const Button: Component;
  export const Checkboxes: Component;
  export const ErrorSummary: Component;
  export const Radios: Component;
  export const ServiceNavigation: Component;
  export const SkipLink: Component;
  export function createAll(component: Component, config?: object, scope?: Element): unknown[];
}
