// Runs before the page is painted: says that script is there, so that nothing jumps when the rest arrives.
document.documentElement.classList.add("js");
