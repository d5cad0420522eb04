(() => {
  "use strict";

  // Where the numbers come from: configuration and versions of each experiment, and of the report.

  const {element, format} = report;

  function environment(pairs) {
    if (pairs.length === 0) return null;
    return element(
      "dl",
      {class: "environment"},
      ...[].concat(
        ...pairs.map(pair => [
          element("dt", {}, String(pair[0])),
          element("dd", {}, String(pair[1])),
        ]),
      ),
    );
  }

  function experiment(data) {
    const name = data.name || "experiment";
    const configuration =
      data.resolved === ""
        ? null
        : element(
            "details",
            {},
            element("summary", {}, "Resolved configuration"),
            element(
              "p",
              {},
              element(
                "button",
                {
                  type: "button",
                  class: "save",
                  "data-save": "yaml",
                  onclick: () => report.save.text(format.fileName(name) + ".yaml", data.resolved),
                },
                "Download YAML",
              ),
              " Running it again gives the same numbers.",
            ),
            element("pre", {tabindex: 0}, data.resolved),
          );
    return element(
      "section",
      {class: "experiment"},
      element("h3", {}, name),
      data.directory && data.directory !== name
        ? element("p", {class: "muted"}, data.directory)
        : null,
      environment(data.environment),
      configuration,
    );
  }

  function create(data) {
    const written = [
      data.written ? "Written " + data.written : "",
      data.program ? "by " + data.program : "",
    ]
      .filter(Boolean)
      .join(" ");
    return element(
      "footer",
      {},
      data.experiments.length > 0 ? element("h2", {}, "How it was made") : null,
      ...data.experiments.map(experiment),
      element(
        "p",
        {class: "muted"},
        (written ? written + ". " : "") + "Charts are drawn with D3 " + d3.version + ".",
      ),
    );
  }

  report.foot = {create};
})();
