(() => {
  "use strict";

  // What the tables have in common.

  const {element, format, palette} = report;

  const cellOf = (text, note, attributes) =>
    element(
      "td",
      attributes,
      text,
      note ? element("span", {class: "range"}, " (" + note + ")") : null,
    );
  const numberOf = (text, note) => cellOf(text, note, {class: "number"});

  /// A box of its own to scroll in: the page never scrolls sideways. Focusable, for the keyboard.
  function boxed(name, table) {
    return element(
      "div",
      {class: "scroll", tabindex: 0, role: "region", "aria-label": name},
      table,
    );
  }

  /// Numbers stand below each other although their ranges, to the right of them, are of different
  /// lengths: every cell of such a column, the heading too, keeps the room of the longest.
  function aligned(table) {
    const rows = Array.from(table.rows);
    for (let column = 0; column < rows[0].cells.length; ++column) {
      const cells = rows
        .map(row => row.cells[column])
        .filter(cell => cell && cell.classList.contains("number"));
      const longest = d3.max(
        cells,
        cell => (cell.querySelector(".range") || {textContent: ""}).textContent.length,
      );
      if (!longest) continue;
      for (const cell of cells) {
        if (!cell.querySelector(".range")) cell.append(element("span", {class: "range"}));
        cell.querySelector(".range").style.minWidth = Math.ceil(longest * 0.86) + "ch";
      }
    }
    return table;
  }

  function headOf(columns) {
    return element(
      "thead",
      {},
      element(
        "tr",
        {},
        ...columns.map(column =>
          element("th", {scope: "col", class: column.number ? "number" : null}, column.title),
        ),
      ),
    );
  }

  const named = (label, about) =>
    [element("span", {class: "label"}, label)].concat(
      about ? [" ", element("span", {class: "range"}, about)] : [],
    );

  function labelOf(cell) {
    const units = cell.hidden_size === null ? "" : format.count(cell.hidden_size, "unit");
    const about = [cell.cell === cell.label ? "" : cell.cell, units].filter(Boolean).join(", ");
    return element(
      "th",
      {scope: "row"},
      palette.swatch(palette.colour(cell.index), palette.dash(cell.index)),
      ...named(cell.label, about),
    );
  }

  report.tables = {boxed, aligned, headOf, named, labelOf, cellOf, numberOf};
})();
