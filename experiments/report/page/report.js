"use strict";

// The page's one global name. The files are joined in the order of order.txt, this one first;
// each of the others is a function of its own and hangs what it offers on this object.
const report = {};

/// A DOM element. Attributes named on... are listeners; true is an attribute without a value; false
/// and null leave it out. Strings among the children become text nodes, so that a label with HTML
/// in it is shown as it is.
report.element = (name, attributes, ...children) => {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (value === true) node.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined)
      node.setAttribute(key, value);
  }
  node.append(...children.filter(child => child !== null && child !== undefined));
  return node;
};

/// Appends an SVG element with attributes to a d3 selection; null leaves one out.
report.shape = (layer, name, attributes) => {
  const node = layer.append(name);
  for (const [key, value] of Object.entries(attributes)) if (value !== null) node.attr(key, value);
  return node;
};

/// Text with subscripts and superscripts: a list of strings, {sub: "t"} and {sup: "3"}. Plain text
/// (for names of files, CSV and screen readers), HTML and SVG are made from the same list.
report.rich = {
  list: text => (Array.isArray(text) ? text : [text]),

  plain: text =>
    report.rich
      .list(text)
      .map(part => (typeof part === "string" ? part : part.sub ? "_" + part.sub : "^" + part.sup))
      .join("")
      .replace(/\u2212/g, "-"),

  html: text =>
    report.rich.list(text).map(part => {
      if (typeof part === "string") return part;
      return report.element(part.sub ? "sub" : "sup", {}, part.sub || part.sup);
    }),

  /// Appends tspans to the d3 selection of one <text>.
  svg(selection, text) {
    let back = ""; // what the part before has to be undone by
    for (const part of report.rich.list(text)) {
      const raised = typeof part !== "string";
      const span = selection.append("tspan").text(raised ? part.sub || part.sup : part);
      if (raised) {
        // em is that of the smaller font
        span.attr("font-size", "0.78em").attr("dy", part.sub ? "0.32em" : "-0.5em");
        back = part.sub ? "-0.25em" : "0.39em";
      } else if (back) {
        span.attr("dy", back);
        back = "";
      }
    }
    return selection;
  },
};

/// Ids for labels, unique on the page.
report.unique = (() => {
  let count = 0;
  return prefix => prefix + "-" + ++count;
})();
