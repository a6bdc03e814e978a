// data-live-search: a search box that searches while one types, and never while an input method composes.
import { composes, whenever } from "./behaviour.js";

const PAUSE = 250;

whenever("[data-live-search]", (form) => {
  const box = form.querySelector("input[type=search]");
  let timer = 0;
  let last = box.value;
  const look = () => {
    if (box.value === last) return;
    last = box.value;
    form.requestSubmit();
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE);
  };
  box.addEventListener("input", (event) => !event.isComposing && later());
  box.addEventListener("compositionend", later);
});

// Some browsers submit on the Enter that only ends a syllable.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && composes(event) && event.target.matches?.("input")) event.preventDefault();
});
