package report

// htmlStyle is the style of every report. What colour says stands there as a word
// too: it reads the same in black and white.
const htmlStyle = `:root{color-scheme:light dark;--ink:#1b1f24;--dim:#57606a;--line:#d0d7de;--soft:#f6f8fa;--page:#fff;--bar:#3b5b7e;--bar2:#9fb3c8}
@media screen and (prefers-color-scheme:dark){:root{--ink:#e6e9ec;--dim:#a3adb8;--line:#3a424c;--soft:#22272e;--page:#16191d;--bar:#7fa6d1;--bar2:#43566b}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
main,footer{max-width:60rem;margin:0 auto;padding:0 1.25rem}
h1{font-size:1.7rem;line-height:1.25;margin:.1rem 0 1rem}
h2{font-size:1.2rem;margin:2.2rem 0 .6rem;padding-bottom:.25rem;border-bottom:2px solid var(--line)}
h3{font-size:1rem;margin:1.3rem 0 .4rem}
p,ul,ol,pre,blockquote,table,figure{margin:.5rem 0}
h1,h2,h3,p,li,td,th{overflow-wrap:anywhere}
.kind{color:var(--dim);margin:1.5rem 0 0}
.absent{color:var(--dim);font-style:italic}
.prose .head{font-weight:700;margin-top:1rem}
.prose li p,td p{margin:.1rem 0}
blockquote{border-left:3px solid var(--line);padding-left:1rem}
code,pre{font:.92em/1.45 ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,monospace;background:var(--soft)}
code{padding:.1em .25em}
pre{padding:.7rem .9rem;white-space:pre-wrap;overflow-wrap:anywhere}
hr{border:0;border-top:1px solid var(--line)}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.94rem}
th,td{text-align:left;vertical-align:top;padding:.32rem .7rem .32rem 0;border-bottom:1px solid var(--line)}
thead th,table tr:first-child>th[scope=col]{color:var(--dim);font-weight:600;border-bottom-width:2px}
.wide td,.wide th{overflow-wrap:normal}
td.at{white-space:nowrap}
tr:target{outline:2px solid var(--bar)}
.pairs th{width:11rem;color:var(--dim);font-weight:600}
nav ol{columns:2;padding-left:1.4rem;font-size:.94rem}
a{color:inherit}
figure figcaption{color:var(--dim);font-size:.94rem}
svg{width:100%;height:auto;display:block}
svg text{fill:var(--ink);font:13px system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
svg .dim{fill:var(--dim)}
svg .bar{fill:var(--bar)}
svg .axis{stroke:var(--line);stroke-width:1}
.bar.top,.bar.bottom{display:flex;justify-content:space-between;gap:1rem;align-items:center;padding:.35rem 1.25rem;background:var(--soft);color:var(--dim);font-size:.88rem}
.bar.top{position:sticky;top:0;border-bottom:1px solid var(--line)}
.bar.bottom{border-top:1px solid var(--line)}
.tlp{background:#000;color:#fff;padding:.1rem .45rem;font:700 12pt/1.4 sans-serif;white-space:nowrap}
td .tlp,li .tlp,p .tlp,h2 .tlp{font-size:.72rem}
.tlp-red>.bar .tlp,.tlp.tlp-red{color:#ff2b2b}
.tlp-amber>.bar .tlp,.tlp.tlp-amber{color:#ffc000}
.tlp-green>.bar .tlp,.tlp.tlp-green{color:#33ff00}
.exercise{text-align:center;font-weight:700;letter-spacing:.1em;padding:.3rem;border:2px dashed currentColor;margin:.4rem 1.25rem;white-space:pre-wrap}
footer{margin:2.5rem auto 1.5rem;color:var(--dim);font-size:.84rem;border-top:1px solid var(--line);overflow-wrap:anywhere}
@media print{
body{font-size:10.5pt;background:#fff}
main,footer{max-width:none;padding:0}
.bar.top,.bar.bottom{display:none}
h2,h3,.head{break-after:avoid}
tr,figure,pre,li{break-inside:avoid}
thead{display:table-header-group}
.wide{overflow:visible}
.wide table{font-size:8.5pt}
th,td{padding-right:.45rem}
.tlp,svg .bar{print-color-adjust:exact;-webkit-print-color-adjust:exact}
}
@supports (-moz-appearance:none){@media print{
body{padding:9mm 0}
.bar.top,.bar.bottom{display:flex;position:fixed;left:0;right:0;background:none;padding:0;color:#000}
.bar.top{top:0}.bar.bottom{bottom:0}
}}
`
