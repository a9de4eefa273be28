// Asks every few seconds for what has come, while somebody looks. What it gets was drawn and escaped by the server; it is
// parsed into a document of its own, in which nothing runs, and its items are moved over.
"use strict";

(function () {
  const list = document.querySelector("#live");
  const state = document.querySelector("#live-state");
  const pause = document.querySelector("#live-pause");
  const topic = document.querySelector(".live-topic select");
  if (!list || !window.fetch) return;

  const EVERY = 5000, HIDDEN = 60000, SLOWEST = 120000, MOST = 200, BRIGHT = 4000;
  const title = document.title;
  let cursor = list.dataset.cursor;
  let timer = null, wait = EVERY, paused = false, asking = false, unseen = 0, isMore = false, lastAnswer = new Date();

  const clock = (moment) => new Intl.DateTimeFormat(document.documentElement.lang === "en" ? "en-GB" : "ar-IQ-u-nu-arab", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(moment);

  const tell = (name, text) => {
    const shown = text || state.dataset[name];
    state.className = `live-state is-${name}`;
    if (state.textContent !== shown) state.textContent = shown; // a screen reader says what changes, and only that
  };

  const count = () => { document.title = unseen ? `(${unseen}${isMore ? "+" : ""}) ${title}` : title; };

  const plan = (milliseconds) => {
    window.clearTimeout(timer);
    timer = paused ? null : window.setTimeout(document.hidden ? countOnly : ask, milliseconds);
  };

  const put = (html) => {
    const made = new DOMParser().parseFromString(html, "text/html");
    const items = Array.from(made.querySelectorAll("li[data-key]"));
    const here = new Set(Array.from(list.children, (one) => one.dataset.key));
    const fresh = items.filter((one) => !here.has(one.dataset.key));
    const held = list.contains(document.activeElement) || window.scrollY > 200;
    const before = document.documentElement.scrollHeight;
    for (const one of fresh.reverse()) {
      const item = document.importNode(one, true);
      item.classList.add("is-new");
      list.prepend(item);
      window.setTimeout(() => item.classList.remove("is-new"), BRIGHT);
    }
    if (held) window.scrollBy({ top: document.documentElement.scrollHeight - before, behavior: "instant" });
    while (list.children.length > MOST) list.lastElementChild.remove();
    document.querySelector("#live-nothing").hidden = list.children.length > 0;
    return fresh.length;
  };

  // While nobody looks, only how much has come is asked for, once a minute, for the title.
  const countOnly = async () => {
    try {
      const asked = new URLSearchParams({ after: cursor, topic: list.dataset.topic, count: "1" });
      const answer = await fetch(`/live.json?${asked}`, { signal: AbortSignal.timeout(20000) });
      if (answer.status === 200) ({ number: unseen, is_more: isMore } = await answer.json());
      count();
    } catch (error) { /* it is told once somebody looks */ }
    plan(HIDDEN);
  };

  const ask = async () => {
    if (paused || asking || document.hidden) return;
    asking = true;
    try {
      const asked = new URLSearchParams({ after: cursor, topic: list.dataset.topic });
      const answer = await fetch(`/live.json?${asked}`, { headers: { accept: "application/json" }, signal: AbortSignal.timeout(20000) });
      if (answer.status !== 204) {
        if (!answer.ok) throw new Error(String(answer.status));
        const came = await answer.json();
        put(came.html);
        cursor = came.cursor;
      }
      lastAnswer = new Date();
      wait = EVERY;
      tell("current");
    } catch (error) {
      wait = Math.min(2 * wait, SLOWEST);
      tell("silent", state.dataset.silent.replace("%s", clock(lastAnswer)));
    } finally {
      asking = false;
      if (!document.hidden) { unseen = 0; count(); }
      plan(wait);
    }
  };

  pause.hidden = false;
  for (const one of document.querySelectorAll(".no-script, .live-reload")) one.hidden = true;
  topic.addEventListener("change", () => topic.form.submit());
  pause.addEventListener("click", () => {
    paused = !paused;
    pause.setAttribute("aria-pressed", String(paused));
    pause.textContent = paused ? pause.dataset.go : pause.dataset.pause;
    if (paused) { window.clearTimeout(timer); tell("paused"); } else ask();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) plan(HIDDEN);
    else if (!paused) { wait = EVERY; ask(); }
  });
  plan(EVERY);
})();
