// An article: evidence that is switched off is passed over by the keyboard, a hint goes by Escape, and the slider
// shows an edit without a reload. Everything works without it.
"use strict";

(function () {
  const boxes = document.querySelectorAll(".legend input[type=checkbox]");
  const settle = () => {
    const on = new Set(Array.from(boxes).filter((box) => box.checked).map((box) => box.id.replace("topic-", "")));
    for (const one of document.querySelectorAll(".evidence")) {
      one.tabIndex = one.dataset.topics.split(" ").some((number) => on.has(number)) ? 0 : -1;
    }
  };
  boxes.forEach((box) => box.addEventListener("change", settle));
  settle();

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const tip of document.querySelectorAll(".evidence:is(:hover, :focus) > .tip")) tip.classList.add("put-away");
  });
  const bringBack = (event) => {
    const one = event.target.closest ? event.target.closest(".evidence") : null;
    const tip = one && one.querySelector(".put-away");
    if (tip) tip.classList.remove("put-away");
  };
  document.addEventListener("mouseout", bringBack);
  document.addEventListener("focusout", bringBack);

  const form = document.querySelector(".versions");
  if (!form) return;
  form.classList.add("at-once");
  const slider = form.querySelector("input[type=range]"), told = form.querySelector("output");
  const labels = JSON.parse(slider.dataset.labels);
  const digits = new Intl.NumberFormat(slider.dataset.digits ? "ar-IQ-u-nu-arab" : "en-GB");
  const name = (number) => slider.dataset.of.replace("#n", digits.format(number)).replace("#m", labels[number - 1] || "…");
  const tell = () => {
    const words = name(Number(slider.value));
    told.textContent = words;
    slider.setAttribute("aria-valuetext", words);
  };
  let asked = 0, waiting = 0;

  const show = async () => {
    const mine = ++asked, number = slider.value;
    const shown = document.querySelector(".edit-shown");
    const address = `${form.getAttribute("action").split("#")[0]}?edit=${number}`;
    shown.classList.add("waits");
    try {
      const answer = await fetch(address.replace("?", "/edit?"), { credentials: "same-origin" });
      const there = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = there.querySelector(".edit-shown"), words = there.querySelector(".versions output");
      if (mine !== asked) return;
      if (!answer.ok || !fresh) { window.location.assign(`${address}#edits`); return; }
      shown.replaceChildren(...Array.from(fresh.childNodes, (node) => document.importNode(node, true)));
      told.textContent = words.textContent;
      slider.setAttribute("aria-valuetext", words.textContent);
      window.history.replaceState(null, "", `${address}#edits`);
    } catch (error) {
      if (mine === asked) window.location.assign(`${address}#edits`);
    } finally {
      if (mine === asked) shown.classList.remove("waits");
    }
  };
  slider.addEventListener("input", () => {
    tell();
    window.clearTimeout(waiting);
    waiting = window.setTimeout(show, 150);
  });
  form.addEventListener("submit", (event) => { event.preventDefault(); show(); });
})();
