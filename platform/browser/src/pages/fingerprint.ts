// The fingerprint of one's own key set, worked out on this device: 60 digits for people, the same digits as a QR code.

import { encodeQR } from "qr";

import type { OwnView } from "../keys";
import { all } from "./dom";

const SVG = "http://www.w3.org/2000/svg";
const QUIET = 4;

/** Fill every place that shows a fingerprint. */
export function showFingerprint(own: Pick<OwnView, "fingerprint">): void {
  for (const place of all("[data-fingerprint]")) place.replaceChildren(...groups(own.fingerprint));
  for (const place of all("[data-qr]")) place.replaceChildren(drawing(own.fingerprint.replace(/ /g, ""), place.dataset["qr"] ?? ""));
}

/** Twelve groups of five, with real spaces between them for whoever copies them. */
function groups(fingerprint: string): Node[] {
  return fingerprint.split(" ").flatMap((digits, place) => {
    const group = document.createElement("span");
    group.textContent = digits;
    return place ? [document.createTextNode(" "), group] : [group];
  });
}

function drawing(digits: string, label: string): SVGElement {
  const dots = encodeQR(digits, "raw", { ecc: "medium", border: QUIET });
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", dots.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : []))).join(""));
  svg.setAttribute("viewBox", `0 0 ${dots.length} ${dots.length}`);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", label);
  svg.setAttribute("shape-rendering", "crispEdges");
  svg.append(path);
  return svg;
}
