// data-theme-switch: the next appearance at once; the form keeps it in the profile. The server answers with the new button.
document.addEventListener("htmx:afterSwap", apply);
document.addEventListener("htmx:oobAfterSwap", apply);
document.addEventListener("htmx:load", apply);

function apply() {
  const theme = document.querySelector("[data-theme-now]")?.dataset.themeNow;
  if (!theme) return;
  if (theme === "system") document.documentElement.removeAttribute("data-theme");
  else document.documentElement.setAttribute("data-theme", theme);
}
