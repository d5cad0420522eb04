(() => {
  "use strict";

  // Files that the reader can take away: a chart's data as CSV, the chart as SVG, a configuration.

  function download(name, type, text) {
    const url = URL.createObjectURL(new Blob([text], {type}));
    const link = report.element("a", {href: url, download: name});
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(url), 10000);
  }

  /// Numbers with all their digits; what is not a finite number is left empty.
  function field(x) {
    if (typeof x === "number") return Number.isFinite(x) ? String(x) : "";
    const text = x === null || x === undefined ? "" : String(x);
    return /[",\r\n]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text;
  }

  const csv = (name, rows) =>
    download(name, "text/csv", rows.map(row => row.map(field).join(",") + "\n").join(""));

  // What a drawing takes from the page's style sheet, with the values that SVG has by itself.
  const inherited = {
    fill: "rgb(0, 0, 0)",
    stroke: "none",
    "stroke-width": "1px",
    "stroke-dasharray": "none",
    "stroke-linecap": "butt",
    "stroke-linejoin": "miter",
    opacity: "1",
    "fill-opacity": "1",
    "stroke-opacity": "1",
    "font-size": "",
    "font-weight": "400",
    "paint-order": "normal",
    "shape-rendering": "auto",
  };

  function inlineStyles(node) {
    const style = getComputedStyle(node);
    const text = /^(text|tspan)$/.test(node.tagName),
      filled = !/^(g|line|defs|pattern)$/.test(node.tagName);
    for (const [property, initial] of Object.entries(inherited)) {
      if (property.startsWith("font") && !text) continue;
      const value = style.getPropertyValue(property).replace(/url\("(#[^"]+)"\)/, "url($1)");
      if (property === "fill" ? filled : value !== initial) node.setAttribute(property, value);
    }
  }

  /// Heading and legend, which on the page are HTML, as a layer of the drawing; returns its height.
  function heading(svg, width, title, entries) {
    const layer = d3.select(svg).append("g");
    report.shape(layer, "text", {class: "heading", x: 0, y: 16}).text(title);
    let x = 0,
      y = 38;
    for (const entry of entries) {
      const item = layer.append("g");
      const label = report.shape(item, "text", {x: 32, y: 0}).text(entry.label);
      const length = 32 + label.node().getComputedTextLength() + 18;
      if (x > 0 && x + length > width) [x, y] = [0, y + 18];
      const piece = {
        class: "median",
        x2: 26,
        y1: -4,
        y2: -4,
        "stroke-dasharray": entry.dash || null,
      };
      report.shape(item, "line", piece).style("stroke", entry.colour || "var(--ink)");
      item.attr("transform", `translate(${x},${y})`);
      x += length;
    }
    return entries.length > 0 ? y + 14 : 30;
  }

  /// A copy that needs no style sheet, in the colours for paper whatever the page's are.
  function standalone(svg, title, {legend, text}) {
    const {width, height} = svg.viewBox.baseVal;
    const copy = svg.cloneNode(true);
    const desk = report.element("div", {class: "paper desk", "aria-hidden": "true"}, copy);
    document.body.append(desk);
    d3.select(copy).select(".hover").remove();
    const added = heading(copy, width, title, legend),
      space = 12;
    copy.querySelectorAll("*").forEach(inlineStyles);
    copy.querySelectorAll("*").forEach(node => {
      node.removeAttribute("class");
      node.removeAttribute("style");
    });
    const box = [-space, -added - space, width + 2 * space, height + added + 2 * space];
    d3.select(copy.lastElementChild).attr("transform", `translate(0,${-added})`);
    d3.select(copy)
      .insert("rect", ":first-child")
      .attr("x", box[0])
      .attr("y", box[1])
      .attr("width", box[2])
      .attr("height", box[3])
      .attr("fill", "#fff");
    for (const name of ["class", "tabindex", "role", "aria-label"]) copy.removeAttribute(name);
    d3.select(copy)
      .attr("xmlns", "http://www.w3.org/2000/svg")
      .attr("viewBox", box.join(" "))
      .attr("width", box[2])
      .attr("height", box[3])
      .attr("font-family", "Helvetica, Arial, sans-serif")
      .insert("desc", ":first-child")
      .text(text);
    desk.remove();
    return new XMLSerializer().serializeToString(copy);
  }

  /// `drawn`: {legend, text} as a chart's draw() returns them.
  const svg = (name, drawing, title, drawn) =>
    download(name, "image/svg+xml", standalone(drawing, title, drawn) + "\n");

  report.save = {csv, svg, text: (name, text) => download(name, "text/plain", text)};
})();
