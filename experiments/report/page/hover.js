(() => {
  "use strict";

  // Reading values off a chart by mouse, touch or keyboard. A chart gives a model:
  //   nearest(x, y)          the position nearest to a place in the svg, or null
  //   move(position, dx, dy) the neighbour in a direction; position null: where reading begins
  //   ends()                 [first, last] position
  //   describe(position)     {x, y, title, rows: [{colour, dash, label, text, note}], draw(layer)}
  // x, y are the place in the svg that the box keeps clear of; draw adds the crosshair.

  const keys = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1]};

  function row(entry) {
    return report.element(
      "tr",
      {},
      report.element(
        "td",
        {},
        entry.colour ? report.palette.swatch(entry.colour, entry.dash) : null,
      ),
      report.element("th", {scope: "row"}, entry.label),
      report.element("td", {class: "number"}, entry.text),
      report.element("td", {class: "note"}, entry.note || ""),
    );
  }

  function spoken(description) {
    const rows = description.rows.map(r => [r.label, r.text, r.note].filter(Boolean).join(" "));
    return description.title + ": " + rows.join("; ");
  }

  /// Beside the crosshair, on the side with more room, and inside the chart's box.
  function place(box, plot, svg, description) {
    const scale = svg.clientWidth / svg.viewBox.baseVal.width;
    const x = description.x * scale,
      gap = 12;
    box.style.left = "0px";
    const width = box.offsetWidth,
      room = plot.clientWidth;
    const left = x + gap + width <= room ? x + gap : x - gap - width;
    box.style.left = Math.max(0, Math.min(room - width, left)) + "px";
    const lowest = plot.clientHeight - box.offsetHeight - 4;
    box.style.top = Math.max(0, Math.min(lowest, description.y * scale)) + "px";
  }

  /// Listens on the svg; returns use(model), to be called after each drawing.
  function attach(plot, svg) {
    const box = report.element("div", {class: "tooltip", "aria-hidden": "true", hidden: true});
    const voice = report.element("p", {class: "unseen", "aria-live": "polite"});
    plot.append(box, voice);
    let model = null,
      position = null;

    function hide() {
      position = null;
      box.hidden = true;
      voice.textContent = "";
      d3.select(svg).select(".hover").selectAll("*").remove();
    }

    function show(next, speak) {
      if (next === null) return hide();
      position = next;
      const description = model.describe(position);
      const layer = d3.select(svg).select(".hover");
      layer.selectAll("*").remove();
      description.draw(layer);
      box.replaceChildren(
        report.element("p", {}, ...report.rich.html(description.title)),
        report.element("table", {}, report.element("tbody", {}, ...description.rows.map(row))),
      );
      box.hidden = false;
      place(box, plot, svg, description);
      if (speak)
        voice.textContent = spoken({...description, title: report.rich.plain(description.title)});
    }

    function point(event) {
      if (!model) return;
      const frame = svg.getBoundingClientRect(),
        scale = svg.viewBox.baseVal.width / frame.width;
      show(
        model.nearest((event.clientX - frame.left) * scale, (event.clientY - frame.top) * scale),
        false,
      );
    }

    function press(event) {
      if (!model || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "Escape") hide();
      else if (event.key === "Home" || event.key === "End")
        show(model.ends()[event.key === "End" ? 1 : 0], true);
      else if (keys[event.key]) show(model.move(position, ...keys[event.key]), true);
      else return;
      event.preventDefault();
    }

    svg.addEventListener("pointermove", point);
    svg.addEventListener("pointerdown", point);
    // a finger that is lifted leaves the box to be read; a touch elsewhere closes it
    svg.addEventListener("pointerleave", event => {
      if (event.pointerType === "mouse") hide();
    });
    document.addEventListener("pointerdown", event => {
      if (!plot.contains(event.target)) hide();
    });
    svg.addEventListener("keydown", press);
    svg.addEventListener("blur", hide);

    return {
      use(next) {
        model = next;
        hide();
      },
    };
  }

  report.hover = {attach};
})();
