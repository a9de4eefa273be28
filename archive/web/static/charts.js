// Draws the charts of a page with Chart.js: colours of the theme, the way and the digits of the interface.
"use strict";

(function () {
  const root = document.documentElement;
  const isRtl = root.dir === "rtl";
  const digits = new Intl.NumberFormat(root.lang === "en" ? "en-GB" : "ar-IQ-u-nu-arab");
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const drawn = new Map();

  // A canvas knows no light-dark(): an element that has the colour tells what it comes to.
  const probe = document.body.appendChild(document.createElement("span"));
  probe.hidden = true;
  const colour = (name) => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  const hue = (number) => colour(`--topic-${number % 8}`);

  const options = (kind, links, own) => {
    const ink = colour("--soft"), line = colour("--line");
    const font = { family: getComputedStyle(root).getPropertyValue("--sans").trim() || "sans-serif", size: 12 };
    const lies = kind === "rows";
    const isSpark = kind === "spark";
    const numbers = {
      beginAtZero: true, stacked: kind === "stack", display: !isSpark,
      ticks: { color: ink, font, precision: 0, maxTicksLimit: 5, callback: (value) => digits.format(value) },
      grid: { color: line, drawTicks: false }, border: { display: false },
    };
    const names = {
      stacked: kind === "stack", display: !isSpark,
      ticks: { color: ink, font, autoSkip: !lies, maxRotation: 0, autoSkipPadding: 12 },
      grid: { display: false }, border: { color: line },
    };
    if (isRtl) {
      if (lies) { numbers.reverse = true; names.position = "right"; }
      else {
        names.reverse = true;
        numbers.position = "right";
        if (!isSpark) names.afterFit = (scale) => { // Chart.js leaves room for the first name at the left, and cuts it off at the right
          if (!scale.ticks.length) return;
          scale.ctx.font = `${font.size}px ${font.family}`;
          const half = (tick) => scale.ctx.measureText(tick.label).width / 2;
          const bar = scale.width / scale.chart.data.labels.length / 2;
          scale.paddingRight = Math.max(half(scale.ticks[0]) - bar + 4, 0);
          scale.paddingLeft = Math.max(half(scale.ticks.at(-1)) - bar + 4, 0);
        };
      }
    }
    return {
      indexAxis: lies ? "y" : "x",
      responsive: true, maintainAspectRatio: false, animation: still ? false : { duration: 200 },
      locale: root.lang, font,
      interaction: { mode: "index", intersect: false, axis: lies ? "y" : "x" }, // a column leads, not its bar alone
      scales: lies ? { x: numbers, y: names } : { x: names, y: numbers },
      plugins: {
        legend: { display: own > 1, rtl: isRtl, labels: { color: colour("--ink"), font, boxWidth: 12, boxHeight: 12 } },
        tooltip: {
          rtl: isRtl, textDirection: root.dir, displayColors: own > 1, titleFont: font, bodyFont: font,
          callbacks: {
            label: (item) => {
              const value = digits.format(lies ? item.parsed.x : item.parsed.y);
              return own > 1 ? `${item.dataset.label}: ${value}` : value;
            },
          },
        },
      },
      onClick: (event, hits) => { if (links && hits.length && links[hits[0].index]) window.location.assign(links[hits[0].index]); },
      onHover: (event, hits) => { event.native.target.classList.toggle("leads", Boolean(links && hits.length)); },
    };
  };

  const draw = (canvas, { moves = true } = {}) => {
    if (drawn.has(canvas)) drawn.get(canvas).destroy();
    const series = JSON.parse(canvas.dataset.series);
    const links = canvas.dataset.links ? JSON.parse(canvas.dataset.links) : null;
    const kind = canvas.dataset.kind;
    const bar = colour("--bar"), now = colour("--accent");
    const datasets = series.map((one, place) => {
      const fill = one.hue !== undefined ? hue(one.hue) : series.length > 1 ? hue(place) : bar;
      const last = one.values.length - 1;
      return {
        label: one.name, data: one.values, borderRadius: 2, minBarLength: 0,
        categoryPercentage: kind === "rows" ? 0.9 : 0.94, barPercentage: 0.9, maxBarThickness: kind === "rows" ? 22 : 40,
        backgroundColor: canvas.dataset.now ? one.values.map((_, index) => (index === last ? now : fill)) : fill,
      };
    });
    drawn.set(canvas, new Chart(canvas, {
      type: "bar", data: { labels: JSON.parse(canvas.dataset.labels), datasets }, options: { ...options(kind, links, series.length), ...(moves ? {} : { animation: false }) },
    }));
  };

  const all = () => document.querySelectorAll("canvas[data-series]");
  const drawAll = (how) => all().forEach((canvas) => draw(canvas, how));
  window.khabarCharts = { draw, drawAll };
  drawAll();
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => drawAll());

  // Paper is light, whatever the screen is.
  let theme;
  window.addEventListener("beforeprint", () => {
    theme = root.dataset.theme;
    root.dataset.theme = "light";
    drawAll({ moves: false });
  });
  window.addEventListener("afterprint", () => {
    if (theme) root.dataset.theme = theme;
    else delete root.dataset.theme;
    drawAll({ moves: false });
  });
})();
