// Small comforts; every page works without them.

// Whoever reads by ear or keyboard starts at what is wrong.
document.querySelector(".summary")?.focus();

// Print buttons stand hidden in the page, because without this file they would do nothing.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// The code of a card travels behind the "#", which no browser sends to a server; it goes into the form and away.
const code = document.querySelector("form input[name=code]:not([type=hidden])");
if (code && /^#[0-9A-Za-z-]{12,20}$/.test(location.hash)) {
  code.value = location.hash.slice(1);
  history.replaceState(null, "", location.pathname);
}

// The account menu closes as people expect.
document.addEventListener("keydown", (event) => {
  const open = event.key === "Escape" && document.querySelector("details.menu[open]");
  if (open) {
    open.open = false;
    open.querySelector("summary").focus();
  }
});
