(() => {
  "use strict";

  // Puts the page together.

  const {element, format} = report;

  const ofAll = group => [].concat(...group.cells.map(cell => cell.runs.map(run => ({cell, run}))));

  /// How far the runs of a group are, where something is still to come or missing.
  function progress(data, group) {
    const all = ofAll(group),
      open = all.filter(({run}) => !report.resultsTable.ended(run));
    if (open.length === 0) return null;
    const going = open
      .filter(({run}) => run.state === "running")
      .map(
        ({cell, run}) =>
          cell.label +
          " seed " +
          run.seed +
          " at step " +
          format.step(run.step) +
          (run.steps === null ? "" : " of " + run.steps),
      );
    const shown = going
      .slice(0, 4)
      .concat(going.length > 4 ? [format.count(going.length - 4, "more run")] : []);
    const others = ["waiting", "interrupted", "stopped", "not started"].map(state => [
      open.filter(({run}) => run.state === state).length,
      state,
    ]);
    const ended = all.length - open.length;
    const words = [
      ended + " of " + format.count(all.length, "run") + (ended === 1 ? " has ended" : " have ended"),
    ];
    if (shown.length > 0) words.push(format.enumeration(shown));
    for (const [count, state] of others) if (count > 0) words.push(count + " " + state);
    return element(
      "p",
      {class: "progress", role: "status"},
      words.join("; ") +
        ". " +
        (data.running
          ? "Reloading this page shows more when the report has been written again."
          : ""),
    );
  }

  function header(data, group, level) {
    const about = [group.name, group.task].filter(Boolean).join(": ");
    return element(
      "header",
      {},
      about ? element("p", {class: "eyebrow"}, about) : null,
      element(
        level,
        {},
        group.question || (data.groups.length === 1 && data.title) || group.name || "Results",
      ),
      group.answer ? element("p", {class: "answer"}, group.answer) : null,
      progress(data, group),
    );
  }

  function part(title, explanation, ...content) {
    return element(
      "section",
      {class: "part"},
      element("h2", {}, title),
      explanation ? element("p", {class: "introduction"}, ...report.rich.html(explanation)) : null,
      ...content,
    );
  }

  const grid = (name, figures) => element("div", {class: "charts " + name}, ...figures);

  /// The number below which a norm has become exactly 0 depends on the type the runs computed in.
  function underflowLabel(experiments) {
    const types = new Set(
      experiments.map(e => (/^dtype:\s*"?float64/m.test(e.resolved) ? "float64" : "float32")),
    );
    if (types.size > 1) return "underflow";
    return "underflow (below " + (types.has("float64") ? "2.2e-308" : "1.2e-38") + ")";
  }

  function flowPart(view, strip) {
    const charts = report.flow.charts(view, strip);
    if (charts.length === 0) return null;
    const maps = report.heatmap.charts(view, strip);
    return part(
      "How the gradient flows back through time",
      null,
      grid(charts.length > 1 ? "pair" : "single", charts),
      report.flowTable.create(view.group),
      maps.length > 0 ? element("h3", {class: "heading"}, "During training") : null,
      maps.length > 0
        ? element(
            "p",
            {class: "introduction"},
            "Each row is a probe, later ones higher up; a column is one t or a few merged. " +
              "All maps share the colour scale: bright is a strong gradient.",
          )
        : null,
      maps.length > 0 ? grid("pair", maps) : null,
    );
  }

  /// Two cells seed by seed: the best one beside each of the others.
  function pairs(group) {
    if (group.paired.length === 0) return null;
    const lines = group.paired.map(line => element("li", {}, line));
    return element(
      "details",
      {class: "paired"},
      element("summary", {}, "Seed by seed"),
      element("ul", {}, ...lines),
    );
  }

  function parametersPart(view) {
    const charts = report.parameters.charts(view);
    return charts.length === 0
      ? null
      : part("Gradients of the parameters", null, grid("several", charts));
  }

  function section(data, group, index) {
    const view = report.view.create(group),
      level = data.groups.length > 1 ? "h2" : "h1";
    const learning =
      group.cells.length === 0
        ? [element("p", {class: "muted"}, "No results yet.")]
        : [
            report.resultsTable.create(group),
            pairs(group),
            report.runsTable.create(group),
            part(
              "Learning",
              null,
              grid("single", [report.learning.validation(view)]),
              grid("pair", [report.learning.loss(view), report.learning.gradientNorm(view)]),
            ),
            flowPart(view, underflowLabel(data.experiments)),
            parametersPart(view),
          ];
    return element(
      "section",
      {class: "group", id: "group-" + (index + 1), "data-group": group.name},
      header(data, group, level),
      ...learning.filter(Boolean),
    );
  }

  /// Several groups: a title for all, and the way to each.
  function contents(data) {
    if (data.groups.length === 1) return null;
    return element(
      "header",
      {class: "contents"},
      element("h1", {}, data.title || "Carousel report"),
      data.groups.length === 0
        ? element("p", {class: "answer"}, "There are no results yet.")
        : element(
            "nav",
            {"aria-label": "Groups"},
            element(
              "ul",
              {},
              ...data.groups.map((group, i) =>
                element(
                  "li",
                  {},
                  element(
                    "a",
                    {href: "#group-" + (i + 1)},
                    group.question || group.name || "group " + (i + 1),
                  ),
                ),
              ),
            ),
          ),
    );
  }

  const data = report.read(JSON.parse(document.getElementById("data").textContent));
  document.title = (data.title || "Results") + " \u00b7 Carousel";
  const page = [
    contents(data),
    ...data.groups.map((group, i) => section(data, group, i)),
    report.foot.create(data),
  ];
  document.getElementById("report").replaceChildren(...page.filter(Boolean));
})();
