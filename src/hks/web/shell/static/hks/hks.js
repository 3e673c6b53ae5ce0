// Small comforts; every page works without them.

// Whoever reads by ear or keyboard starts at what is wrong.
document.querySelector(".summary")?.focus();

// Print buttons stand hidden in the page, because without this file they would do nothing.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// The account menu closes as people expect.
document.addEventListener("keydown", (event) => {
  const open = event.key === "Escape" && document.querySelector("details.menu[open]");
  if (open) {
    open.open = false;
    open.querySelector("summary").focus();
  }
});
