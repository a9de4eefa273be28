// What every page does: chosen at once, moved by keys. Everything works without it.
"use strict";

(function () {
  const choose = document.querySelector(".preferences");
  if (choose) {
    choose.classList.add("at-once");
    // Arrow keys go through what there is: by keys it is the button that chooses.
    choose.addEventListener("keydown", () => choose.classList.remove("at-once"));
    choose.addEventListener("change", () => choose.classList.contains("at-once") && choose.submit());
  }

  document.addEventListener("click", (event) => {
    for (const open of document.querySelectorAll("details.menu[open]")) {
      if (!open.contains(event.target)) open.open = false;
    }
  });

  const typing = (element) => element.matches("input, textarea, select, [contenteditable]");
  const items = () => Array.from(document.querySelectorAll("main article .headline, main li .headline"));
  let after = "";

  // The key as a Latin keyboard has it, where the letters of another script are typed: J is ت there.
  const latin = ({ key, code }) => {
    if (/^[ -~]$/.test(key)) return key.toLowerCase();
    if (code === "Slash") return "/";
    return /^Key[A-Z]$/.test(code) ? code.at(-1).toLowerCase() : key;
  };

  const move = (step) => {
    const all = items();
    if (!all.length) return;
    const here = all.indexOf(document.activeElement);
    const next = all[Math.min(Math.max(here + step, 0), all.length - 1)];
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const key = latin(event);
    const pages = { h: "/", t: "/topics", s: "/search", o: "/sources", a: "/alerts", l: "/live" };
    if (after === "g" && pages[key]) window.location.assign(pages[key]);
    after = key;
    if (key === "/") {
      const field = document.querySelector("#query") || document.querySelector("#find");
      if (field) {
        event.preventDefault();
        field.focus();
        field.select();
      }
    } else if (key === "j") move(1);
    else if (key === "k") move(-1);
  });
})();
