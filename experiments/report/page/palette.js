(() => {
  "use strict";

  // The colours themselves are in page.css, once for light and once for dark: Okabe and Ito's
  // eight, moved until each has a contrast of 3 to 1 with the background and every pair stays apart
  // for protanopia, deuteranopia and tritanopia too (see README.md).
  const colours = 8;

  // Second channel. Rows: how often the colours were used up; columns: state of a cell (h, c, ...).
  const dashes = [
    ["", "6 4", "1.5 3.5", "10 3 2 3"],
    ["14 4", "9 3 3 3", "3 2.5", "12 3 2 3 2 3"],
    ["2 5", "7 2 1.5 2 1.5 2", "4 6", "16 5 5 5"],
  ];

  const colour = index => "var(--c" + (index % colours) + ")";

  function dash(index, variant = 0) {
    const row = dashes[Math.floor(index / colours) % dashes.length];
    return row[variant % row.length];
  }

  /// A short piece of a line, for legends, tables and tooltips. HTML and not SVG: what is an <svg>
  /// on this page is a chart.
  function swatch(lineColour, lineDash) {
    const node = report.element("span", {class: "swatch", "aria-hidden": "true"});
    node.style.background = gradient(lineColour, lineDash);
    return node;
  }

  /// Dashes as a CSS gradient that repeats.
  function gradient(lineColour, lineDash) {
    if (!lineDash) return lineColour;
    const stops = [];
    let at = 0;
    lineDash
      .split(" ")
      .map(Number)
      .forEach((length, i) => {
        const paint = i % 2 === 0 ? lineColour : "transparent";
        stops.push(paint + " " + at + "px " + (at + length) + "px");
        at += length;
      });
    return "repeating-linear-gradient(to right, " + stops.join(", ") + ")";
  }

  report.palette = {colour, dash, swatch, heat: d3.interpolateViridis};
})();
