(() => {
  "use strict";

  // The legend of a chart: one toggle button a series. The choice is the group's (view.js), so a
  // cell hidden here is hidden in all charts of the group.
  // entries: [{key, label, colour, dash}]; colour null for a state, told by its dash alone.

  function button(view, entry) {
    const node = report.element(
      "button",
      {
        type: "button",
        title: "show or hide",
        "data-key": entry.key,
        onclick: () => view.toggle(entry.key),
      },
      report.palette.swatch(entry.colour || "var(--ink)", entry.dash),
      report.element("span", {}, entry.label),
    );
    const update = () => node.setAttribute("aria-pressed", String(!view.hidden.has(entry.key)));
    view.listen(update);
    update();
    return node;
  }

  /// Only there while something of this legend is hidden.
  function showAll(view, entries) {
    const node = report.element(
      "button",
      {
        type: "button",
        class: "all",
        onclick: () => view.change(v => entries.forEach(entry => v.hidden.delete(entry.key))),
      },
      "show all",
    );
    const update = () => {
      node.hidden = !entries.some(entry => view.hidden.has(entry.key));
    };
    view.listen(update);
    update();
    return node;
  }

  function create(view, entries) {
    return report.element(
      "div",
      {class: "legend", role: "group", "aria-label": "Series"},
      ...entries.map(entry => button(view, entry)),
      showAll(view, entries),
    );
  }

  const ofCells = cells =>
    cells.map(cell => ({
      key: cell.key,
      label: cell.label,
      colour: report.palette.colour(cell.index),
      dash: report.palette.dash(cell.index),
    }));

  report.legend = {create, ofCells};
})();
