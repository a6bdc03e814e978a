// data-several: documents that one ticks. The bar appears with the first one.
import { whenever } from "./behaviour.js";

whenever("[data-several]", (form) => {
  const bar = form.querySelector("[data-several-bar]");
  const all = form.querySelector("[data-several-all]");
  if (!bar) return;
  const count = bar.querySelector("[data-several-count]");
  const boxes = () => [...form.querySelectorAll("input[name=id]")];
  const show = () => {
    const ticked = boxes().filter((box) => box.checked).length;
    bar.hidden = !ticked;
    count.textContent = ticked === 1 ? count.dataset.one : count.dataset.many.replace("%s", ticked);
    all.checked = ticked > 0 && ticked === boxes().length;
    all.indeterminate = ticked > 0 && !all.checked;
  };
  all.addEventListener("change", () => {
    boxes().forEach((box) => (box.checked = all.checked));
    show();
  });
  form.addEventListener("change", (event) => event.target !== all && show());
  show();
});
