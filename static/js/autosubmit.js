// data-autosubmit: a form whose check boxes and choices take effect at once. Without script it has a button for that.
import { whenever } from "./behaviour.js";

whenever("[data-autosubmit]", (form) => {
  form.addEventListener("change", (event) => {
    if (event.target.matches("input[type=checkbox], input[type=radio], select")) form.requestSubmit();
  });
});
