(() => {
  "use strict";

  // The lines of the flow charts: one for each cell and state, at one probe.

  const {palette} = report;

  const flows = cells => [].concat(...cells.map(cell => cell.flow.map(flow => ({cell, flow}))));
  const states = cells => Array.from(new Set(flows(cells).map(({flow}) => flow.state)));
  const steps = cells =>
    Array.from(
      new Set([].concat(...flows(cells).map(({flow}) => flow.probes.map(probe => probe.step)))),
    ).sort(d3.ascending);

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
    const probe = probeAt(flow, step),
      last = lastOf(probe),
      variant = names.indexOf(flow.state);
    const seeds = probe.seeds.length > 1 ? probe.seeds : [];
    return {
      keys: [cell.key, "state:" + flow.state],
      label: names.length > 1 ? cell.label + " " + flow.state : cell.label,
      colour: palette.colour(cell.index),
      dash: palette.dash(cell.index, variant),
      step: probe.step,
      cell,
      state: flow.state,
      median: turned(probe.median, last, view.lag),
      seeds: seeds.map(points => ({points: turned(points, last, view.lag)})),
    };
  }

  const linesAt = (view, step) =>
    flows(view.group.cells).map(f => line(f, step, view, states(view.group.cells)));

  /// The same range and room for both charts, so that they can be compared by eye.
  function shared(view, shownSteps) {
    const charts = shownSteps.map(step => linesAt(view, step).filter(l => view.shows(l.keys)));
    const curves = [].concat(
      ...[].concat(...charts).map(l => [l.median, ...l.seeds.map(seed => seed.points)]),
    );
    return {
      domain: report.axes.domain("log", [].concat(...curves.map(points => points.map(p => p.y)))),
      stripRows: d3.max(charts, lines => lines.filter(l => l.median.some(p => p.y === 0)).length),
    };
  }

  function csv(lines) {
    const rows = [["cell", "state", "probe_step", "seed", "t", "norm"]];
    for (const l of lines) {
      l.median.forEach(p => rows.push([l.cell.label, l.state, l.step, "median", p.x, p.y]));
      l.seeds.forEach((seed, i) =>
        seed.points.forEach(p =>
          rows.push([l.cell.label, l.state, l.step, "seed " + (i + 1), p.x, p.y]),
        ),
      );
    }
    return rows;
  }

  report.flowLines = {flows, states, steps, lastOf, linesAt, shared, csv};
})();
