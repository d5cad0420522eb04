(() => {
  "use strict";

  // How the gradient flows back through time: norm of dL/ds_t against t (or the lag T - t), at the
  // first probe and at a later one that the reader can choose.

  const {palette, format} = report;
  const {flows, states, steps, lastOf, linesAt, shared, csv} = report.flowLines;
  const norm = ["norm of dL/ds", {sub: "t"}];

  function timeAxis(view, last) {
    return {
      title: view.lag ? ["lag T \u2212 t"] : ["t"],
      domain: [0, last || 1],
      ticks: count => report.axes.linearTicks([0, last || 1], count, true),
    };
  }

  /// A state has no colour of its own, only a dash; cells come first.
  function entries(cells) {
    const names = states(cells);
    const ofCells = report.legend.ofCells(cells.filter(cell => cell.flow.length > 0));
    if (names.length < 2) return ofCells;
    return ofCells.concat(
      names.map((name, i) => ({
        key: "state:" + name,
        label: "state " + name,
        colour: null,
        dash: palette.dash(0, i),
      })),
    );
  }

  /// Which of the visible cells had ended before the probe that is shown.
  function earlier(lines, step) {
    const at = new Map(lines.filter(l => l.step !== step).map(l => [l.cell.label, l.step]));
    if (at.size === 0) return "";
    if (at.size > 2) return "; " + at.size + " cells at an earlier probe";
    return (
      "; " +
      Array.from(at, ([label, s]) => label + " after " + format.count(s, "update")).join(", ")
    );
  }

  function chart(view, name, about) {
    const cells = view.group.cells;
    const last = d3.max(flows(cells), ({flow}) => d3.max(flow.probes, lastOf));
    const againstLag = report.view.segmented(
      view,
      "Horizontal axis",
      [
        {value: false, text: "t"},
        {value: true, text: "lag"},
      ],
      () => view.lag,
      lag => {
        view.lag = lag;
      },
    );
    const legend = entries(cells);
    return report.figure.create({
      view,
      name,
      title: about.title,
      explanation: about.explanation,
      legend,
      controls: [about.select, againstLag].filter(Boolean),
      draw(svg, width) {
        const step = about.step(),
          lines = linesAt(view, step);
        const {domain, stripRows} = shared(view, about.shown());
        const shown = lines.filter(l => view.shows(l.keys));
        // on paper and in a saved SVG the list to choose from is missing
        const when = about.select ? " after " + format.count(step, "update") : "";
        // a phone has no room for it; the tooltip names the cells all the same
        const others = width < 520 ? "" : earlier(shown, step);
        return report.lines.draw(
          svg,
          width,
          {
            x: timeAxis(view, last),
            y: {title: norm.concat(when, others), kind: "log", domain},
            lines,
            references: [],
            strip: about.strip,
            stripRows,
            entries: legend,
            name: at =>
              view.lag ? `lag ${at} (t = ${last - at})` : `t = ${at} (lag ${last - at})`,
            text: "Norm of dL/ds_t after " + format.count(step, "update"),
          },
          view,
        );
      },
      csv: () => csv(linesAt({...view, lag: false}, about.step())),
    });
  }

  /// No chart, one, or two: as there are probes.
  function charts(view, strip) {
    const all = steps(view.group.cells);
    if (all.length === 0) return [];
    const first = all[0],
      later = () => (view.probe === null ? all[all.length - 1] : view.probe);
    const shown = () => (all.length > 1 ? [first, later()] : [first]);
    const start = chart(view, "flow_start", {
      title: first === 0 ? "At the initial parameters" : "After " + format.count(first, "update"),
      step: () => first,
      shown,
      strip,
      explanation: [
        "How much the loss depends on the state at time t: the norm of dL/ds",
        {sub: "t"},
        ". A line that falls towards small t is a gradient that vanishes on its way back. " +
          "Thin: single seeds.",
      ],
    });
    if (all.length === 1) return [start];
    const select =
      all.length < 3
        ? null
        : report.view.select(
            view,
            "after",
            all.slice(1).map(step => ({value: step, text: format.count(step, "update")})),
            later,
            step => {
              view.probe = step;
            },
          );
    return [
      start,
      chart(view, "flow_later", {
        title: all.length < 3 ? "After " + format.count(later(), "update") : "Later in training",
        step: later,
        shown,
        strip,
        select,
        explanation: [
          "The same after training for a while, on the same vertical scale. " +
            "A cell whose run had ended before is shown at its last probe.",
        ],
      }),
    ];
  }

  report.flow = {charts};
})();
