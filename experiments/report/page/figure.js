(() => {
  "use strict";

  // The frame of every chart: heading, how to read it, tools, legend, and a box whose width decides
  // how wide the chart is drawn. A chart gives
  //   view, name (data-chart), title, explanation, controls: [node], legend: [entries] or null
  //   keys        the chart is hidden as a whole when one of these is; may be left out
  //   depends()   what of the view the drawing depends on, where it is costly to draw for nothing;
  //               may be left out
  //   draw(svg, width)  clears and draws; returns {text, hover, legend}: text alternative, model
  //               for hover.js, and the visible entries, which an exported SVG carries with it
  //   csv()       rows of a table, the first its header

  const hint = "Arrow keys read the values, Escape stops.";

  function tools(chart, state) {
    const file = extension =>
      report.format.fileName(chart.view.group.name, chart.name) + "." + extension;
    const save = (label, action) =>
      report.element(
        "button",
        {
          type: "button",
          class: "save",
          "data-save": label.toLowerCase(),
          "aria-label": label + " of " + report.rich.plain(chart.title),
          onclick: action,
        },
        label,
      );
    return report.element(
      "div",
      {class: "tools"},
      ...(chart.controls || []),
      report.element(
        "span",
        {class: "saves"},
        save("CSV", () => report.save.csv(file("csv"), chart.csv())),
        save("SVG", () =>
          report.save.svg(file("svg"), state.svg, report.rich.plain(chart.title), state),
        ),
      ),
    );
  }

  function create(chart) {
    const id = report.unique("chart");
    const svg = d3.create("svg").attr("class", "drawing").attr("role", "img").attr("tabindex", 0);
    const plot = report.element("div", {class: "plot"}, svg.node());
    const state = {svg: svg.node(), legend: [], text: ""};
    const node = report.element(
      "figure",
      {class: "chart", "data-chart": chart.name, "aria-labelledby": id},
      report.element(
        "figcaption",
        {},
        report.element("h3", {id}, ...report.rich.html(chart.title)),
        report.element("p", {class: "explanation"}, ...report.rich.html(chart.explanation)),
      ),
      tools(chart, state),
      chart.legend ? report.legend.create(chart.view, chart.legend) : "",
      plot,
    );
    const hover = report.hover.attach(plot, svg.node());

    let width = 0,
      stale = true,
      drawnFor = null;
    function draw() {
      stale = false;
      drawnFor = chart.depends ? chart.depends() : null;
      const drawn = chart.draw(svg, width);
      Object.assign(state, {legend: drawn.legend, text: drawn.text});
      svg.attr("aria-label", drawn.text + " " + hint);
      hover.use(drawn.hover);
    }
    function update() {
      if (chart.keys) node.hidden = !chart.view.shows(chart.keys);
      stale = !chart.depends || chart.depends() !== drawnFor;
      if (stale && width > 0 && !node.hidden) draw();
    }
    chart.view.listen(update);

    // Drawing changes the height of what is observed; done in the next frame, this is no loop.
    new ResizeObserver(() =>
      requestAnimationFrame(() => {
        const now = Math.floor(plot.clientWidth);
        if (now === 0 || (now === width && !stale)) return;
        width = now;
        draw();
      }),
    ).observe(plot);
    return node;
  }

  /// Makes the svg empty and of this size; where it is shown smaller, on paper, it scales.
  function clear(svg, width, height) {
    svg.selectAll("*").remove();
    svg.attr("viewBox", `0 0 ${width} ${height}`).attr("width", width).attr("height", height);
  }

  report.figure = {create, clear};
})();
