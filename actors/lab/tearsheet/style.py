"""A tearsheet's looks: light, or dark where the reader's system is; and the few lines that draw its figures."""

STYLE = """
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #fff; --rule: #d5d9de; --soft: #5b636d; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e7eb; --paper: #14171b; --rule: #363c44; --soft: #a0a8b2; } }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.45 system-ui, sans-serif; }
main { max-width: 1160px; margin: 0 auto; padding: 1.5rem; }
h1 { font-size: 1.5rem; margin: 0 0 .8rem; } h2 { font-size: 1.1rem; margin: 1.2rem 0 .2rem; }
p, footer { color: var(--soft); margin: .2rem 0; } #verdict p, #verdict li { color: var(--ink); }
#verdict { border-left: 5px solid #d73027; padding: .1rem 1rem .6rem; background: rgba(215, 48, 39, .07); }
#verdict.good { border-color: #1a9850; background: rgba(26, 152, 80, .07); } #verdict h2 { margin: .5rem 0; }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(125px, 1fr)); gap: .6rem; margin: 1rem 0; }
dt { color: var(--soft); font-size: .85rem; } dd { margin: 0; font-size: 1.1rem; font-variant-numeric: tabular-nums; }
.chart { width: 100%; min-height: 160px; }
.tables { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(480px, 100%), 1fr)); gap: 1.2rem 2rem; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: .9rem; }
caption { text-align: left; font-weight: 600; padding: .4rem 0; font-size: 1rem; }
th, td { padding: .25rem .5rem; border-bottom: 1px solid var(--rule); text-align: right; vertical-align: top; }
tbody th { font-weight: 400; }
td { white-space: nowrap; } td.text { text-align: left; white-space: normal; }
th:first-child { text-align: left; padding-left: 0; }
footer { margin-top: 2rem; font-size: .8rem; overflow-wrap: anywhere; }
@media print { section, tr { break-inside: avoid; } main { padding: 0; } .tables { display: block; } }
"""

DRAW = """
const dark = matchMedia("(prefers-color-scheme: dark)");
function draw() {
  const ink = dark.matches ? "#e4e7eb" : "#1b1f24", rule = dark.matches ? "#363c44" : "#e3e6ea";
  for (const [name, figure] of Object.entries(figures)) {
    const layout = structuredClone(figure.layout);
    Object.assign(layout, { paper_bgcolor: "transparent", plot_bgcolor: "transparent", font: { color: ink, size: 12 },
      margin: { l: 70, r: 20, t: 24, b: 40 }, height: layout.height || 340, hovermode: "closest",
      legend: { orientation: "h", y: -0.14 } });
    for (const axis of ["xaxis", "yaxis"])
      layout[axis] = { ...layout[axis], gridcolor: rule, zerolinecolor: rule, automargin: true };
    for (const shape of layout.shapes || []) shape.line.color = ink;
    Plotly.react(name, figure.data, layout, { responsive: true, displayModeBar: false });
  }
}
dark.addEventListener("change", draw);
draw();
"""
