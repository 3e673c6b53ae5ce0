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
if (code && /^#[0-9A-Za-z-]{6,20}$/.test(location.hash)) {
  code.value = location.hash.slice(1);
  history.replaceState(null, "", location.pathname);
}

// Who clicks twice means it once: a form that is on its way is not sent again, unless the answer never comes.
const FORM_AGAIN = 5000; // milliseconds; our choice: longer than a double click, shorter than a person's patience
const sent = new WeakMap();
document.addEventListener("submit", (event) => {
  const form = event.target;
  const button = event.submitter;
  if (event.defaultPrevented || (button?.formMethod || form.method) !== "post") return;
  const last = sent.get(form);
  if (last && last.button === button && performance.now() - last.at < FORM_AGAIN) event.preventDefault();
  else sent.set(form, { button, at: performance.now() });
});
window.addEventListener("pageshow", (event) => {
  if (event.persisted) for (const form of document.forms) sent.delete(form);
});

// The account menu closes as people expect.
document.addEventListener("keydown", (event) => {
  const open = event.key === "Escape" && document.querySelector("details.menu[open]");
  if (open) {
    open.open = false;
    open.querySelector("summary").focus();
  }
});

// The maps of a run one at a time; without scripts they stand below each other.
for (const part of document.querySelectorAll("[data-moments]")) {
  const maps = [...part.querySelectorAll("figure")];
  const slider = part.querySelector("input");
  const show = () => {
    const at = Number(slider.value);
    maps.forEach((map, place) => { map.hidden = place !== at; });
    part.querySelector("output").textContent = maps[at].querySelector("figcaption").textContent;
    slider.setAttribute("aria-valuetext", maps[at].querySelector("figcaption").textContent);
    maps.slice(at, at + 2).forEach((map) => { map.querySelector("img").loading = "eager"; });
  };
  slider.max = maps.length - 1;
  slider.addEventListener("input", show);
  slider.closest("p").hidden = false;
  show();
}

// The clock of a workshop counts down from what the server said; without scripts the page says when it ends.
const ends = new WeakMap();
const tick = () => {
  for (const clock of document.querySelectorAll("[data-left]")) {
    if (!ends.has(clock)) ends.set(clock, performance.now() + 1000 * Number(clock.dataset.left));
    const left = Math.ceil((ends.get(clock) - performance.now()) / 1000);
    const minutes = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    clock.querySelector("[data-clock]").textContent =
      left > 0 ? clock.dataset.say.replace("{}", minutes) : clock.dataset.over;
    if (left === 60) clock.querySelector("[data-clock-said]").textContent = clock.dataset.soon;
    if (left === 0) clock.querySelector("[data-clock-said]").textContent = clock.dataset.over;
  }
};
if (document.querySelector("#clock")) {
  tick();
  setInterval(tick, 1000);
}
