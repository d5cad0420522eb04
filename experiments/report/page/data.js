(() => {
  "use strict";

  // The program's document as the rest of the page wants it: every list is there, what is unknown
  // is null, and points are {x, y} with NaN where the program had no finite number.

  const list = x => (Array.isArray(x) ? x : []);
  const text = x => (typeof x === "string" ? x : "");
  const number = x => (report.format.known(x) ? x : null);

  function points(pairs) {
    return list(pairs)
      .filter(pair => Array.isArray(pair) && report.format.known(pair[0]))
      .map(pair => ({x: pair[0], y: report.format.known(pair[1]) ? pair[1] : NaN}));
  }

  function run(raw) {
    return {
      seed: raw.seed,
      state: text(raw.state),
      note: text(raw.note),
      step: number(raw.step),
      steps: number(raw.steps),
      test: number(raw.test),
      best_step: number(raw.best_step),
      solved_at: number(raw.solved_at),
      diverged_at: number(raw.diverged_at),
      validation: points(raw.validation),
      loss: points(raw.loss),
      gradient_norm: points(raw.gradient_norm),
    };
  }

  /// Norms against t: entry i of a list belongs to t[i] where the program thinned, else to i.
  function norms(values, t) {
    return list(values)
      .map((y, i) => ({x: t ? t[i] : i, y: report.format.known(y) ? y : NaN}))
      .filter(point => report.format.known(point.x));
  }

  function probe(raw) {
    const t = Array.isArray(raw.t) ? raw.t : null;
    return {
      step: number(raw.step),
      median: norms(raw.median, t),
      seeds: list(raw.seeds).map(values => norms(values, t)),
      decay: number(raw.decay),
      lag: number(raw.lag),
      lag_beyond: raw.lag_beyond === true,
      underflow: number(raw.underflow),
    };
  }

  function flow(raw) {
    const probes = list(raw.probes)
      .map(probe)
      .filter(p => p.step !== null && p.median.length > 0);
    return {state: text(raw.state), probes: probes.sort((a, b) => a.step - b.step)};
  }

  function cell(raw, index) {
    const label = text(raw.label) || text(raw.cell) || "cell " + (index + 1);
    return {
      index,
      label,
      key: "cell:" + label,
      cell: text(raw.cell),
      hidden_size: number(raw.hidden_size),
      parameters: number(raw.parameters),
      execution: text(raw.execution),
      clip_norm: number(raw.clip_norm),
      seconds: number(raw.seconds),
      test: raw.test || null,
      solved: raw.solved || null,
      steps_done: raw.steps_done || null,
      note: text(raw.note),
      runs: list(raw.runs).map(run),
      flow: list(raw.flow)
        .map(flow)
        .filter(f => f.probes.length > 0),
      parameter_norms: list(raw.parameter_norms).map(p => ({
        name: text(p.name),
        points: points(p.points),
      })),
    };
  }

  function metric(raw) {
    return {
      name: text(raw.name) || "metric",
      higher_is_better: raw.higher_is_better === true,
      chance: number(raw.chance),
      chance_is: text(raw.chance_is),
      solved_at: number(raw.solved_at),
      baselines: list(raw.baselines).filter(b => report.format.known(b.value)),
    };
  }

  function group(raw) {
    return {
      name: text(raw.name),
      question: text(raw.question),
      answer: text(raw.answer),
      paired: list(raw.paired).map(text),
      task: text(raw.task),
      asked_at_end: raw.asked_at_end !== false,
      metric: metric(raw.metric || {}),
      cells: list(raw.cells).map(cell),
    };
  }

  function experiment(raw) {
    return {
      name: text(raw.name),
      directory: text(raw.directory),
      resolved: text(raw.resolved),
      environment: list(raw.environment).filter(pair => Array.isArray(pair)),
    };
  }

  report.read = raw => ({
    program: text(raw.program),
    written: text(raw.written),
    title: text(raw.title),
    running: raw.running === true,
    experiments: list(raw.experiments).map(experiment),
    groups: list(raw.groups).map(group),
  });
})();
