(() => {
  "use strict";

  // How the gradient flows back through time: norm of dL/ds_t against t (or the lag T - t), at the
  // first probe and at a later one that the reader can choose.

  const {palette, format} = report;
  const norm = ["norm of dL/ds", {sub: "t"}];

  const flows = cells => [].concat(...cells.map(cell => cell.flow.map(flow => ({cell, flow}))));
  const states = cells => Array.from(new Set(flows(cells).map(({flow}) => flow.state)));
  const steps = cells => Array.from(new Set([].concat(
    ...flows(cells).map(({flow}) => flow.probes.map(probe => probe.step))))).sort(d3.ascending);

  /// The probe after `step` updates; of a run that ended before, its last one.
  function probeAt(flow, step) {
    const until = flow.probes.filter(probe => probe.step <= step);
    return until.length > 0 ? until[until.length - 1] : flow.probes[0];
  }

  const lastOf = probe => d3.max(probe.median, point => point.x);

  /// Points against lag: mirrored, and sorted again.
  function turned(points, last, lag) {
    return lag ? points.map(p => ({x: last - p.x, y: p.y})).reverse() : points;
  }

  function line({cell, flow}, step, view, names) {
    const probe = probeAt(flow, step), last = lastOf(probe), variant = names.indexOf(flow.state);
    const seeds = probe.seeds.length > 1 ? probe.seeds : [];
    return {
      keys: [cell.key, "state:" + flow.state], label: names.length > 1 ? cell.label + " " + flow.state : cell.label,
      colour: palette.colour(cell.index), dash: palette.dash(cell.index, variant), step: probe.step, cell, state: flow.state,
      median: turned(probe.median, last, view.lag), seeds: seeds.map(points => ({points: turned(points, last, view.lag)})),
    };
  }

  const linesAt = (view, step) => flows(view.group.cells).map(f => line(f, step, view, states(view.group.cells)));

  /// A range for both charts, so that they can be compared by eye.
  function sharedDomain(view, shownSteps) {
    const lines = [].concat(...shownSteps.map(step => linesAt(view, step))).filter(l => view.shows(l.keys));
    const curves = [].concat(...lines.map(l => [l.median, ...l.seeds.map(seed => seed.points)]));
    return report.axes.domain("log", [].concat(...curves.map(points => points.map(p => p.y))));
  }

  function timeAxis(view, last) {
    return {
      title: view.lag ? ["lag T \u2212 t"] : ["t"], domain: [0, last || 1],
      ticks: count => report.axes.linearTicks([0, last || 1], count, true),
    };
  }

  /// A state has no colour of its own, only a dash; cells come first.
  function entries(cells) {
    const names = states(cells);
    const ofCells = report.legend.ofCells(cells.filter(cell => cell.flow.length > 0));
    if (names.length < 2) return ofCells;
    return ofCells.concat(names.map((name, i) => ({key: "state:" + name, label: "state " + name, colour: null, dash: palette.dash(0, i)})));
  }

  function csv(lines) {
    const rows = [["cell", "state", "probe_step", "seed", "t", "norm"]];
    for (const l of lines) {
      l.median.forEach(p => rows.push([l.cell.label, l.state, l.step, "median", p.x, p.y]));
      l.seeds.forEach((seed, i) => seed.points.forEach(p => rows.push([l.cell.label, l.state, l.step, "seed " + (i + 1), p.x, p.y])));
    }
    return rows;
  }

  /// Which of the visible cells had ended before the probe that is shown.
  function earlier(lines, step) {
    const at = new Map(lines.filter(l => l.step !== step).map(l => [l.cell.label, l.step]));
    if (at.size === 0) return "";
    if (at.size > 2) return "; " + at.size + " cells at an earlier probe";
    return "; " + Array.from(at, ([label, s]) => label + " after " + format.count(s, "update")).join(", ");
  }

  function chart(view, name, about) {
    const cells = view.group.cells;
    const last = d3.max(flows(cells), ({flow}) => d3.max(flow.probes, lastOf));
    const againstLag = report.view.segmented(view, "Horizontal axis",
      [{value: false, text: "t"}, {value: true, text: "lag"}], () => view.lag, lag => { view.lag = lag; });
    const legend = entries(cells);
    return report.figure.create({
      view, name, title: about.title, explanation: about.explanation, legend, controls: [about.select, againstLag].filter(Boolean),
      draw(svg, width) {
        const step = about.step(), lines = linesAt(view, step);
        return report.lines.draw(svg, width, {
          x: timeAxis(view, last), 
          y: {title: norm.concat(earlier(lines.filter(l => view.shows(l.keys)), step)), kind: "log", domain: sharedDomain(view, about.shared())},
          lines, references: [], strip: about.strip, entries: legend,
          name: at => (view.lag ? "lag " + at + " (t = " + (last - at) + ")" : "t = " + at + " (lag " + (last - at) + ")"),
          text: "Norm of dL/ds_t after " + format.count(step, "update"),
        }, view);
      },
      csv: () => csv(linesAt({...view, lag: false}, about.step())),
    });
  }

  /// No chart, one, or two: as there are probes.
  function charts(view, strip) {
    const all = steps(view.group.cells);
    if (all.length === 0) return [];
    const first = all[0], later = () => (view.probe === null ? all[all.length - 1] : view.probe);
    const shared = () => (all.length > 1 ? [first, later()] : [first]);
    const start = chart(view, "flow_start", {
      title: first === 0 ? "At the initial parameters" : "After " + format.count(first, "update"), step: () => first, shared, strip,
      explanation: ["How much the loss depends on the state at time t: the norm of dL/ds", {sub: "t"},
        ". A line that falls towards small t is a gradient that vanishes on its way back. Thin: single seeds."],
    });
    if (all.length === 1) return [start];
    const select = all.length < 3 ? null : report.view.select(view, "after",
      all.slice(1).map(step => ({value: step, text: format.count(step, "update")})), later, step => { view.probe = step; });
    return [start, chart(view, "flow_later", {
      title: all.length < 3 ? "After " + format.count(later(), "update") : "Later in training", step: later, shared, strip, select,
      explanation: ["The same after training for a while, on the same vertical scale. A cell whose run had ended before is shown at its last probe."],
    })];
  }

  report.flow = {charts, flows, states};
})();
