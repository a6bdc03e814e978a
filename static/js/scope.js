// data-scope: the collections that are searched. Check boxes hold the choice; with script each chosen one is a chip.
import { whenever, words } from "./behaviour.js";

whenever("[data-scope]", (scope) => {
  const chips = scope.querySelector("[data-scope-chips]");
  const boxes = [...scope.querySelectorAll("input[name=scope]")];
  const show = () => {
    const chosen = boxes.filter((box) => box.checked);
    chips.replaceChildren(...chosen.map(chip));
    scope.toggleAttribute("data-some", chosen.length > 0);
  };
  const chip = (box) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "chip chip-on";
    button.textContent = box.dataset.label;
    button.setAttribute("aria-label", words("remove", box.dataset.label));
    button.append(scope.querySelector("[data-scope-cross]").content.cloneNode(true));
    button.addEventListener("click", () => {
      box.checked = false;
      show();
      (chips.querySelector("button") ?? scope.querySelector("summary")).focus();
    });
    return button;
  };
  scope.addEventListener("change", show);
  show();
});
