// Passages beside their page: pointing at one shows the other, j and k walk through them.
import { composes, on, whenever } from "./behaviour.js";

const quiet = () => matchMedia("(prefers-reduced-motion)").matches;

function choose(position, { from }) {
  for (const element of document.querySelectorAll("[data-region], [data-chunk]")) {
    const mine = (element.dataset.region ?? element.dataset.chunk) === position;
    if (mine) element.setAttribute("aria-current", "true");
    else element.removeAttribute("aria-current");
    if (mine && element !== from) {
      element.scrollIntoView({ block: "nearest", behavior: quiet() ? "auto" : "smooth" });
    }
  }
}

on("click", "[data-region]", (event, region) => choose(region.dataset.region, { from: region }));
on("click", "[data-chunk]", (event, chunk) => choose(chunk.dataset.chunk, { from: chunk }));
on("focusin", "[data-chunk]", (event, chunk) => choose(chunk.dataset.chunk, { from: chunk }));
on("focusin", "[data-region]", (event, region) => choose(region.dataset.region, { from: region }));

whenever("[data-chunks]", (list) => {
  document.addEventListener("keydown", (event) => {
    const step = { j: 1, k: -1, "ㅓ": 1, "ㅏ": -1 }[event.key];
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (!step || typing || composes(event) || event.ctrlKey || event.metaKey || event.altKey || !list.isConnected) return;
    const chunks = [...list.querySelectorAll("[data-chunk]")];
    const at = chunks.findIndex((chunk) => chunk.matches("[aria-current]"));
    const next = chunks[Math.min(chunks.length - 1, Math.max(0, at + step))];
    event.preventDefault();
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest", behavior: quiet() ? "auto" : "smooth" });
  });
});
