// What every page does: chosen at once, moved by keys. Everything works without it.
"use strict";

(function () {
  const choose = document.querySelector(".preferences");
  if (choose) {
    choose.classList.add("at-once");
    choose.addEventListener("change", () => choose.submit());
  }

  document.addEventListener("click", (event) => {
    for (const open of document.querySelectorAll("details.menu[open]")) {
      if (!open.contains(event.target)) open.open = false;
    }
  });

  const typing = (element) => element.matches("input, textarea, select, [contenteditable]");
  const items = () => Array.from(document.querySelectorAll("main article .headline, main li .headline"));
  let after = "";

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
    const pages = { h: "/", s: "/search", o: "/sources", a: "/alerts", l: "/live" };
    if (after === "g" && pages[event.key]) window.location.assign(pages[event.key]);
    after = event.key;
    if (event.key === "/") {
      const field = document.querySelector("#query") || document.querySelector("#find");
      if (field) {
        event.preventDefault();
        field.focus();
        field.select();
      }
    } else if (event.key === "j") move(1);
    else if (event.key === "k") move(-1);
  });
})();
