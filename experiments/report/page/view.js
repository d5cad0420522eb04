(() => {
  "use strict";

  // What the reader has chosen for a group: hidden series, lag instead of t, the later probe. All
  // charts of the group show the same choice, so each registers to be told of changes.

  function create(group) {
    const listeners = [];
    const view = {
      group,
      hidden: new Set(), // keys: "cell:lstm", "state:c", "parameter:weight_hh"
      lag: false, // flow charts against T - t instead of t
      faint: true, // heat maps: colours down to the smallest norm, not only the strong gradients
      probe: null, // step of the later flow chart; null: the last
      shows: keys => !keys.some(key => view.hidden.has(key)),
      listen: listener => listeners.push(listener),
      change(edit) {
        edit(view);
        for (const listener of listeners) listener();
      },
      toggle: key =>
        view.change(v => (v.hidden.has(key) ? v.hidden.delete(key) : v.hidden.add(key))),
    };
    return view;
  }

  /// Two or more buttons of which one is pressed. `current` is asked at each change of the view.
  function segmented(view, name, options, current, choose) {
    const buttons = options.map(option =>
      report.element(
        "button",
        {
          type: "button",
          onclick: () => view.change(() => choose(option.value)),
        },
        ...report.rich.html(option.text),
      ),
    );
    const update = () =>
      buttons.forEach((button, i) =>
        button.setAttribute("aria-pressed", String(options[i].value === current())),
      );
    view.listen(update);
    update();
    return report.element(
      "div",
      {class: "segmented", role: "group", "aria-label": name},
      ...buttons,
    );
  }

  function select(view, name, options, current, choose) {
    const list = report.element(
      "select",
      {
        onchange: event => view.change(() => choose(options[event.target.selectedIndex].value)),
      },
      ...options.map(option => report.element("option", {}, option.text)),
    );
    const update = () => {
      list.selectedIndex = options.findIndex(o => o.value === current());
    };
    view.listen(update);
    update();
    return report.element("label", {class: "select"}, name + " ", list);
  }

  report.view = {create, segmented, select};
})();
